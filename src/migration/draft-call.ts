import type { Database, Row } from '../database/database.ts'
import { rehearse } from '../database/rehearse.ts'
import { QueryError } from '../errors.ts'
import type { FunctionContract } from './contract.ts'
import type { FoundFunction } from './definition.ts'
import { plainValue } from './fill/value.ts'
import { quoteName } from './object-name.ts'

type Calls = Pick<FunctionContract, 'examples' | 'waiver'>

/** Whether a function with this result is one that only triggers call. */
export function isOfTrigger(result: string): boolean {
  return result === 'trigger' || result === 'event_trigger'
}

/**
 * A call that the function answers, with as few arguments as it takes: plain values of their types. What only a trigger may
 * call can't be called, and what changes something is not called unasked: that is said. What refuses the values, or takes
 * something that nobody knows a value of, stays without a call, and is red until somebody names one.
 */
export async function draftCalls(
  database: Database,
  name: string,
  found: FoundFunction,
): Promise<Calls> {
  if (isOfTrigger(found.result))
    return { examples: [], waiver: 'Drafted: only a trigger calls it.' }
  const args = await plainArguments(database, found)
  const fate = args.includes(null) ? 'refused' : await tryCall(database, name, found.types, args)
  if (fate === 'answered') return { examples: [args] }
  const waiver = 'Drafted: it changes something, and nobody has said with what it may be called.'
  return fate === 'changing' ? { examples: [], waiver } : { examples: [] }
}

const argumentsSql = `
select format('%s', t.typname) as base, t.typcategory = 'A' as is_array,
       array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels
from unnest($1::text[]) with ordinality a(type, at)
join pg_type t on t.oid = to_regtype(a.type)
order by a.at`

interface ArgumentType extends Row {
  readonly base: string
  readonly is_array: boolean
  readonly labels: string[]
}

async function plainArguments(
  database: Database,
  { types, needed }: FoundFunction,
): Promise<readonly (string | null)[]> {
  const taken = types.slice(0, needed)
  if (taken.length === 0) return []
  const known = await database.query<ArgumentType>(argumentsSql, [taken])
  if (known.length < taken.length) return [null]
  return known.map(({ base, is_array: isArray, labels }) =>
    plainValue({ name: 'value', base, isArray, labels, isKey: false, length: null }, 1),
  )
}

/** What refuses to change anything where nothing may be changed would have changed something. */
async function tryCall(
  database: Database,
  name: string,
  types: readonly string[],
  args: readonly unknown[],
): Promise<'answered' | 'changing' | 'refused'> {
  const list = args.map((_, at) => `$${at + 1}::${types[at]}`).join(', ')
  try {
    await rehearse(database, async (rehearsal) => {
      await rehearsal.query('set local transaction_read_only = on')
      await rehearsal.query(`select * from ${quoteName(name)}(${list})`, args)
    })
    return 'answered'
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return error.sqlState === readOnlyViolation ? 'changing' : 'refused'
  }
}

const readOnlyViolation = '25006'
