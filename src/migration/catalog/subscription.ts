/**
 * Subscriptions of this database; only a superuser may read them. The connection may hold a password, so only a digest
 * of it is kept. Columns differ between versions, so the row is taken whole. */
export const subscriptionSql: string = `
  select 'pg_subscription'::regclass::oid, s.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(subowner),
      'connection_digest', encode(sha256(convert_to(subconninfo, 'UTF8')), 'hex'),
      'properties', (select string_agg(format('%s: %s', key, value), E'\\n' order by key collate "C")
        from jsonb_each_text(to_jsonb(s) -
          array['oid', 'subdbid', 'subowner', 'subname', 'subconninfo', 'subskiplsn'])),
      'tables', (select string_agg(srrelid::regclass::text, E'\\n' order by srrelid::regclass::text collate "C")
        from pg_subscription_rel where srsubid = s.oid))
  from pg_subscription s where subdbid = (select oid from pg_database where datname = current_database())`
