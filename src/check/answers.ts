import { callOfFunction, compareWithOracle } from './answer.ts'
import { argumentsFor } from './arguments.ts'
import { type Check, type Outcome } from './check.ts'
import { placeOf } from './subject.ts'

const answers: Check = {
  id: 'answers/functions',
  title:
    'Every function answers, for arguments from the data and for its edges, what the events alone say',
  owes: ({ contract, oracle }) =>
    // At least one call from the data and every example.
    oracle === null
      ? 0
      : contract.functions.reduce((sum, declared) => sum + 1 + declared.examples.length, 0),
  async run(subject) {
    const { database, oracle } = subject
    if (oracle === null) return []
    const outcomes: Outcome[] = []
    for (const declared of subject.contract.functions) {
      const place = await placeOf(subject, 'function', declared.name, {
        identity: declared.identityArguments,
      })
      for (const args of await argumentsFor(database, declared)) {
        const call = callOfFunction(declared, args)
        const outcome = await compareWithOracle(database, oracle, call, true)
        outcomes.push(place === undefined ? outcome : { ...outcome, place })
      }
    }
    return outcomes
  },
}

export const answerChecks: readonly Check[] = [answers]
