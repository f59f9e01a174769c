begin;

drop table refund;
alter table customer drop column note;

commit;
