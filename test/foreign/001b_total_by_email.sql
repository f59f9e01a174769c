begin;

drop function customer_total(integer);

create function customer_total(p_email text) returns numeric
language sql stable as $$
  select coalesce(sum(amount), 0) from purchase join customer on customer.id = customer_id where email = p_email
$$;
comment on function customer_total(text) is 'What a customer has spent.';

commit;
