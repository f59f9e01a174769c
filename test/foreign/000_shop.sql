begin;

create table customer (
  id integer generated always as identity primary key,
  email text not null unique
);

create table purchase (
  id integer generated always as identity primary key,
  customer_id integer not null references customer (id),
  amount numeric(10, 2) not null check (amount >= 0),
  bought_at timestamptz not null
);

insert into customer (email)
select format('customer-%s@example.org', n) from generate_series(1, 40) as n;

insert into purchase (customer_id, amount, bought_at)
select 1 + n * 7 % 40, (n * 13 % 5000) / 100.0, timestamptz '2026-01-01 00:00:00+00' + n * interval '37 minutes'
from generate_series(1, 600) as n;

commit;
