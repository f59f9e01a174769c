import type { FunctionContract } from '../migration/contract.ts'
import { findFunctions } from '../migration/definition.ts'
import { argumentsOf } from '../migration/function-arguments.ts'
import { declaredName } from '../migration/object-name.ts'
import type { Snapshot } from '../migration/snapshot.ts'
import { type Check, type Outcome, compared, failed } from './check.ts'
import { unexpectedObjects } from './created.ts'
import { type Subject, placeBeforePatches, placeOf } from './subject.ts'

const signature: Check = {
  id: 'functions/signature',
  title: 'Every declared function exists once, with exactly its declared argument types',
  owes: ({ contract }) => contract.functions.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const declared of subject.contract.functions)
      outcomes.push(await judgeSignature(subject, declared))
    return outcomes
  },
}

/** Overloads are declared one by one; those that were there before are nobody's business. */
async function judgeSignature(subject: Subject, declared: FunctionContract): Promise<Outcome> {
  const { contract, database, walks } = subject
  const { name } = declared
  const own = contract.functions.filter((one) => one.name === name)
  const expected = own.map(({ identityArguments }) => identityArguments)
  const earlier = argumentsIn(walks.main.stages[0]?.snapshot, name)
  const found = (await findFunctions(database, name))
    .map(({ identity_arguments: list }) => list)
    .filter((list) => expected.includes(list) || !earlier.includes(list))
  const render = (lists: readonly string[]): string =>
    lists
      .toSorted()
      .map((list) => `${name}(${list})`)
      .join('\n')
  return compared(
    `${name} has ${own.length === 1 ? 'one signature' : `${own.length} signatures`}`,
    render(expected),
    render(found) || 'no such function',
    await placeOfFunction(subject, declared),
  )
}

const definition: Check = {
  id: 'functions/definition',
  title: 'Every declared function has its declared defaults, result, language and properties',
  owes: ({ contract }) => contract.functions.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const declared of subject.contract.functions) {
      const all = await findFunctions(subject.database, declared.name)
      const found = all.find((one) => one.identity_arguments === declared.identityArguments)
      const title = `${declared.name}(${declared.identityArguments}) is defined as declared`
      const place = await placeOfFunction(subject, declared)
      const expected = describe(declared)
      outcomes.push(
        found === undefined
          ? failed(title, expected, 'no such function', place)
          : compared(
              title,
              expected,
              describe({
                ...found,
                strict: found.is_strict,
                securityDefiner: found.is_definer,
              }),
              place,
            ),
      )
    }
    return outcomes
  },
}

function describe(
  of: Pick<FunctionContract, 'arguments' | 'result' | 'language' | 'strict' | 'securityDefiner'> & {
    readonly volatility: string
    readonly parallel: string
  },
): string {
  return [
    `arguments (${of.arguments})`,
    `returns ${of.result}`,
    `language ${of.language}, ${of.volatility}, parallel ${of.parallel}`,
    `${of.strict ? 'strict' : 'called on null input'}, security ${of.securityDefiner ? 'definer' : 'invoker'}`,
  ].join('\n')
}

/** Argument lists of one name that a snapshot holds. */
function argumentsIn(snapshot: Snapshot | undefined, name: string): readonly string[] {
  const objects = snapshot?.objects ?? []
  return objects
    .filter((object) => object.kind === 'function' && declaredName(object) === name)
    .map(argumentsOf)
}

const unpatched: Check = {
  id: 'functions/unpatched',
  title: 'Before the patches, every function that they change has its first signature',
  owes: ({ contract }) => patchedFunctions(contract.functions).length,
  async run(subject) {
    const stage = subject.walks.unpatched.stages[1]
    const outcomes: Outcome[] = []
    for (const declared of patchedFunctions(subject.contract.functions)) {
      const found = argumentsIn(stage?.snapshot, declared.name)
      outcomes.push(
        compared(
          `${declared.name} takes (${declared.identityArgumentsBeforePatches}) before the patches`,
          declared.identityArgumentsBeforePatches ?? '',
          found.join('\n') || 'no such function',
          await placeBeforePatches(subject, declared),
        ),
      )
    }
    return outcomes
  },
}

function patchedFunctions(functions: readonly FunctionContract[]): readonly FunctionContract[] {
  return functions.filter((declared) => declared.identityArgumentsBeforePatches !== null)
}

function placeOfFunction(subject: Subject, declared: FunctionContract): ReturnType<typeof placeOf> {
  return placeOf(subject, 'function', declared.name, { identity: declared.identityArguments })
}

const nothingElse: Check = {
  id: 'functions/nothing-else',
  title: 'No function is created that the contract does not declare',
  owes: () => 1,
  run: (subject) => unexpectedObjects(subject, 'function', subject.contract.functions),
}

export const functionChecks: readonly Check[] = [signature, definition, unpatched, nothingElse]
