import type { Database } from '../database/database.ts'
import type { Unplaced } from './growth-limit.ts'

/** A table, a view or a function of a user's schema. */
export interface ObjectSeen {
  /** As SQL says it: `table`, `view`, `materialized view`, `function`, … */
  readonly kind: string
  readonly name: string
  /** A name that no other has: qualified where it must be, a function with the types of its arguments. */
  readonly identity: string
}

/** What an extension brought is its own affair. */
const objectsSql = `
  with mine as (
    select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
  found as (
    select 'pg_class'::regclass as class, c.oid, c.relname as name, c.oid::regclass::text as identity,
           case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'
                          when 'S' then 'sequence' else 'table' end as kind
      from pg_class c where c.relnamespace in (select oid from mine) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'pg_proc'::regclass, p.oid, p.proname, p.oid::regprocedure::text,
           case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end
      from pg_proc p where p.pronamespace in (select oid from mine))
  select kind, name, identity from found
   where not exists (select from pg_depend d where d.classid = class and d.objid = found.oid and d.deptype = 'e')
   order by kind, identity collate "C"`

export function captureObjects(database: Database): Promise<readonly ObjectSeen[]> {
  return database.query<ObjectSeen & Record<string, unknown>>(objectsSql)
}

/** Objects that are gone, whether or not a query asks for them, and new ones. */
export function compareObjects(
  base: readonly ObjectSeen[],
  candidate: readonly ObjectSeen[],
  newcomers: 'noted' | 'unjudged',
  scale: number,
): readonly Unplaced[] {
  const describe = (
    object: ObjectSeen,
    rest: Pick<Unplaced, 'severity' | 'title' | 'expected' | 'actual'>,
  ): Unplaced => ({
    id: textOf(object).replace(' ', '/'),
    kind: 'object',
    scale,
    object: { kind: object.kind, name: object.name },
    ...rest,
  })
  return [
    ...except(base, candidate).map((gone) =>
      describe(gone, {
        severity: 'red',
        title: `${textOf(gone)} is there as before`,
        expected: textOf(gone),
        actual: `no such ${gone.kind}`,
      }),
    ),
    ...except(candidate, base).map((added) =>
      describe(added, {
        severity: newcomers,
        title: `${textOf(added)} is new`,
        expected: `no such ${added.kind}`,
        actual: textOf(added),
      }),
    ),
  ]
}

function except(some: readonly ObjectSeen[], others: readonly ObjectSeen[]): readonly ObjectSeen[] {
  const known = new Set(others.map(textOf))
  return some.filter((object) => !known.has(textOf(object)))
}

function textOf({ kind, identity }: ObjectSeen): string {
  return `${kind} ${identity}`
}
