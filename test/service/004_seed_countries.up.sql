set lock_timeout = '5s';
insert into public.country (code, name) values ('AT', 'Austria'), ('CH', 'Switzerland');
alter table public.country add column added_at timestamptz not null default now();
