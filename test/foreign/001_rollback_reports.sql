begin;

drop function customer_total;
drop view revenue_by_day;
drop index purchase_by_customer;

commit;
