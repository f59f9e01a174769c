alter table billing.invoice drop column note;
