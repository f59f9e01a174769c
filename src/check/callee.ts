import type { Callee } from '../database/plan.ts'
import type { Contract } from '../migration/contract.ts'
import { parseName } from '../migration/object-name.ts'
import { parseTree } from '../migration/statement.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * The declared function that a query calls with constants, and the constants; null: it calls none. What the function does
 * is no part of the query's own plan.
 */
export async function calleeOf(sql: string, { functions }: Contract): Promise<Callee | null> {
  const { statements } = await parseTree(sql)
  for (const { node } of statements) {
    for (const call of findCalls(node)) {
      const callee = readCall(call)
      if (callee !== null && functions.some(({ name }) => parseName(name).name === callee.name))
        return callee
    }
  }
  return null
}

function* findCalls(node: unknown): Generator<Fields> {
  if (typeof node !== 'object' || node === null) return
  for (const [name, held] of Object.entries(node)) {
    if (name === 'FuncCall') yield held as Fields
    yield* findCalls(held)
  }
}

function readCall({ funcname, args = [] }: Fields): Callee | null {
  const names = funcname as readonly { readonly String?: { readonly sval?: string } }[]
  const name = names.at(-1)?.String?.sval
  const values = (args as readonly { readonly A_Const?: Fields }[]).map(({ A_Const: constant }) =>
    constant === undefined ? undefined : valueOf(constant),
  )
  return name === undefined || values.includes(undefined) ? null : { name, args: values }
}

/** Undefined: not a constant that can be passed. The parser leaves out what is zero, empty or false. */
function valueOf({ sval, ival, fval, boolval, isnull }: Fields): unknown {
  if (isnull === true) return null
  if (sval !== undefined) return (sval as Fields)['sval'] ?? ''
  if (ival !== undefined) return (ival as Fields)['ival'] ?? 0
  if (fval !== undefined) return (fval as Fields)['fval']
  return boolval === undefined ? undefined : ((boolval as Fields)['boolval'] ?? false)
}
