drop index concurrently billing.invoice_by_account;
