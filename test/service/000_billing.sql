-- As pg_dump writes a schema: nothing but what is qualified, each statement by itself.
set statement_timeout = 0;
select pg_catalog.set_config('search_path', '', false);

create schema billing;

create type billing.plan as enum ('free', 'team', 'company');
create domain billing.email as text check (value ~ '^[^@ ]+@[^@ ]+$');

create function billing.touch() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create table public.country (
  code character(2) primary key,
  name text not null
);

create table billing.account (
  id bigint generated always as identity primary key,
  email billing.email not null unique,
  plan billing.plan not null default 'free',
  country character(2) references public.country (code),
  settings jsonb not null default '{}',
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now()
);
create trigger account_touched before update on billing.account for each row execute function billing.touch();

create table billing.invoice (
  id uuid primary key default gen_random_uuid(),
  account_id bigint not null references billing.account (id) on delete cascade,
  state text not null check (state in ('draft', 'sent', 'paid')),
  net numeric(12, 2) not null check (net >= 0),
  tax numeric(12, 2) not null,
  gross numeric(13, 2) generated always as (net + tax) stored,
  issued_on date not null,
  check (tax <= net)
);

create table billing.usage (
  account_id bigint not null references billing.account (id),
  day date not null,
  calls integer not null,
  primary key (account_id, day)
) partition by range (day);
create table billing.usage_2026 partition of billing.usage for values from ('2026-01-01') to ('2027-01-01');
