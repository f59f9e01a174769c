begin;

alter table customer add column note text;
alter table customer add constraint customer_note_short check (length(note) <= 200);

create table refund (
  purchase_id integer primary key references purchase (id),
  refunded_at timestamptz not null default now()
);

commit;
