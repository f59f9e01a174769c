begin;

drop function if exists customer_total(integer);
drop function if exists customer_total(text);
drop view revenue_by_day;
drop index purchase_by_customer;

commit;
