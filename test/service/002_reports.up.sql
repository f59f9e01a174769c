create type billing.reason as enum ('late', 'wrong', 'goodwill');
create sequence billing.credit_number start 1000;
create table billing.credit (
  number bigint primary key default nextval('billing.credit_number'),
  invoice_id uuid not null references billing.invoice (id),
  reason billing.reason not null,
  amount numeric(12, 2) not null check (amount > 0),
  created_at timestamptz not null default now()
);
alter table billing.credit enable row level security;
create policy credit_of_today on billing.credit for select using (created_at > now() - interval '1 day');

create function billing.refuse_draft() returns trigger language plpgsql as $$
begin
  if (select state from billing.invoice where id = new.invoice_id) = 'draft' then
    raise exception 'invoice % is a draft', new.invoice_id;
  end if;
  return new;
end
$$;
create trigger credit_not_of_draft before insert on billing.credit for each row execute function billing.refuse_draft();

create view billing.open_invoice as
  select account_id, count(*) as invoices, sum(gross) as due from billing.invoice where state = 'sent' group by account_id;
comment on view billing.open_invoice is 'What each account still owes.';

create materialized view billing.revenue_by_month as
  select date_trunc('month', issued_on)::date as month, sum(gross) as revenue
  from billing.invoice where state = 'paid' group by 1;
create unique index revenue_by_month_month on billing.revenue_by_month (month);

create function billing.balance(p_account bigint) returns numeric
  language sql stable as $$ select coalesce(sum(gross), 0) from billing.invoice where account_id = p_account and state = 'sent' $$;
create function billing.balance(p_email text) returns numeric
  language sql stable as $$ select billing.balance(id) from billing.account where email = p_email $$;
comment on function billing.balance(text) is 'What an account owes, by its address.';

create function billing.next_number() returns bigint language sql volatile as $$ select nextval('billing.credit_number') $$;
create function public.plans() returns integer language sql immutable as $$ select 3 $$;

create function billing.totals(out accounts bigint, out invoices bigint) language sql stable as $$
  select (select count(*) from billing.account), (select count(*) from billing.invoice)
$$;
create function billing.newest(p_most integer default 5) returns setof billing.invoice language sql stable as $$
  select * from billing.invoice order by issued_on desc, id limit p_most
$$;

create procedure billing.close_month(p_month date) language sql as $$
  update billing.invoice set state = 'sent' where state = 'draft' and issued_on < p_month
$$;
