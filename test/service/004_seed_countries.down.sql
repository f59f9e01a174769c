alter table public.country drop column added_at;
delete from public.country where code in ('AT', 'CH');
