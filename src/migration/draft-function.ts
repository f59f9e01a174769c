import type { Database } from '../database/database.ts'
import type { FunctionContract } from './contract.ts'
import { type FoundFunction, findFunction, findResultColumns } from './definition.ts'
import { draftCalls } from './draft-call.ts'
import { argumentsOf } from './function-arguments.ts'
import { declaredName, parseName } from './object-name.ts'
import type { CatalogObject, Snapshot } from './snapshot.ts'

/** Procedures and aggregates answer nobody who selects: they are declared among the others. */
export function isPlainFunction({ kind, facts }: CatalogObject): boolean {
  return kind === 'function' && facts['type'] === 'function'
}

/** Declares functions that were created; `unpatched` is the catalog before the last patches, `before` that before all. */
export async function draftFunctions(
  database: Database,
  created: readonly CatalogObject[],
  before: Snapshot,
  unpatched: Snapshot,
): Promise<readonly FunctionContract[]> {
  const identities = new Set([...created, ...before.objects].map(({ identity }) => identity))
  const replaced = unpatched.objects.filter(
    (object) => isPlainFunction(object) && !identities.has(object.identity),
  )
  const drafts: FunctionContract[] = []
  for (const object of created) {
    const name = declaredName(object)
    const found = await findFunction(database, object.identity)
    if (found === undefined) continue
    const overloads = created.filter((one) => declaredName(one) === name)
    const earlier = replaced.filter((one) => declaredName(one) === name)
    const patched = overloads.length === 1 && earlier.length === 1 ? earlier[0] : undefined
    const several = await findResultColumns(database, object.identity)
    // Postgres names the only column of one value after the function.
    const one = { name: parseName(name).name, type: found.result.replace(/^SETOF /, '') }
    const columns = several.length === 0 ? [one] : several
    const calls = await draftCalls(database, name, found)
    drafts.push({ ...describeFunction(name, found, object, { columns, patched }), ...calls })
  }
  return drafts
}

function describeFunction(
  name: string,
  found: FoundFunction,
  object: CatalogObject,
  {
    columns,
    patched,
  }: Pick<FunctionContract, 'columns'> & { readonly patched: CatalogObject | undefined },
): Omit<FunctionContract, 'examples'> {
  return {
    name,
    identityArguments: found.identity_arguments,
    identityArgumentsBeforePatches: patched === undefined ? null : argumentsOf(patched),
    arguments: found.arguments,
    result: found.result,
    columns,
    language: found.language,
    volatility: found.volatility,
    strict: found.is_strict,
    securityDefiner: found.is_definer,
    parallel: found.parallel,
    comment: String(object.facts['comment'] ?? ''),
    callsSql: null,
  }
}
