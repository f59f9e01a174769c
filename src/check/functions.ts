import type { FunctionContract } from '../migration/contract.ts'
import { findFunctions } from '../migration/definition.ts'
import type { Snapshot } from '../migration/snapshot.ts'
import { type Check, type Outcome, compared, failed } from './check.ts'
import { bareName, unexpectedObjects } from './created.ts'
import { type Subject, placeBeforePatches, placeOf } from './subject.ts'

const signature: Check = {
  id: 'functions/signature',
  title: 'Every declared function exists once, with exactly its declared argument types',
  owes: ({ contract }) => contract.functions.length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const declared of subject.contract.functions) {
      const found = await findFunctions(subject.database, declared.name)
      outcomes.push(
        compared(
          `${declared.name} has one signature`,
          `${declared.name}(${declared.identityArguments})`,
          found.map((one) => `${declared.name}(${one.identity_arguments})`).join('\n') ||
            'no such function',
          await placeOfFunction(subject, declared),
        ),
      )
    }
    return outcomes
  },
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

/** Argument lists of one name that a snapshot holds, from the first line of each definition, defaults aside. */
function argumentsIn(snapshot: Snapshot | undefined, name: string): readonly string[] {
  const objects = snapshot?.objects ?? []
  return objects
    .filter((object) => object.kind === 'function' && bareName(object) === name)
    .map(({ facts }) => {
      const [head = ''] = String(facts['definition']).split('\n', 1)
      const list = head.slice(head.indexOf('(') + 1, head.lastIndexOf(')'))
      return list.replaceAll(/ DEFAULT [^,]*/g, '')
    })
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
