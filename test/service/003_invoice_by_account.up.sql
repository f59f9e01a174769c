create index concurrently invoice_by_account on billing.invoice (account_id, issued_on desc);
