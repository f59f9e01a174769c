begin;

do $$ begin
  if exists (select from pg_proc where proname = 'customer_total' and pronamespace = current_schema()::regnamespace) then
    raise exception 'customer_total is there already';
  end if;
end $$;

create index purchase_by_customer on purchase (customer_id, bought_at desc);
comment on index purchase_by_customer is 'Purchases of a customer, newest first.';

create view revenue_by_day as
select bought_at::date as day, count(*) as purchases, sum(amount) as revenue
from purchase group by 1 order by 1;
comment on view revenue_by_day is 'What was sold on each day.';

create function customer_total(p_customer integer) returns numeric
language sql stable as $$ select coalesce(sum(amount), 0) from purchase where customer_id = p_customer $$;
comment on function customer_total(integer) is 'What a customer has spent.';

commit;
