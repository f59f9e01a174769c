alter table billing.invoice add column note text;
