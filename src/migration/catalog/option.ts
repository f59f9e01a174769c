/** The SQL of a `text[]` of `name=value` options as text, one a line, in an order of its own: the catalog keeps the order of writing. */
export function optionSql(options: string): string {
  return `(select string_agg(o, E'\\n' order by o collate "C") from unnest(${options}) o)`
}
