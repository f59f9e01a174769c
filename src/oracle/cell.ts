/**
 * A value in canonical text, so that answers compare as strings: integers and decimals in plain notation without
 * trailing zeros (`12`, `85.7`, `-0.5`, never `1e3` nor `-0`), timestamptz as `YYYY-MM-DDTHH:MM:SS.ffffffZ`, text as it
 * is, arrays as arrays, SQL NULL as null.
 */
export type Cell = string | null | readonly Cell[]

/** One row of an answer, its keys in the column order of the relation. */
export type OracleRow = Readonly<Record<string, Cell>>
