/** Publications with what they publish. Generated columns can be published from Postgres 18 on. */
export const publicationSql: string = `
  select 'pg_publication'::regclass::oid, p.oid, 0, null,
    json_build_object(
      'owner', pg_get_userbyid(pubowner),
      'all_tables', puballtables,
      'insert', pubinsert,
      'update', pubupdate,
      'delete', pubdelete,
      'truncate', pubtruncate,
      'via_root', pubviaroot,
      'generated_columns', coalesce(to_jsonb(p)->>'pubgencols', 'n'),
      'schemas', (select string_agg(pnnspid::regnamespace::text, E'\\n' order by pnnspid::regnamespace::text collate "C")
        from pg_publication_namespace where pnpubid = p.oid),
      'tables', (select string_agg(concat_ws(' ', prrelid::regclass::text,
            (select '(' || string_agg(quote_ident(attname), ', ' order by attnum) || ')' from pg_attribute
              where attrelid = prrelid and attnum = any (prattrs)),
            'where ' || pg_get_expr(prqual, prrelid)), E'\\n' order by prrelid::regclass::text collate "C")
        from pg_publication_rel where prpubid = p.oid))
  from pg_publication p`
