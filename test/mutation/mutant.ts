import type { MigrationSet } from '../../src/migration/migration.ts'
import { type Script, checksumOf } from '../../src/migration/script.ts'
import { type Mutant, generateMutants } from '../../src/mutation/mutant.ts'
import { allOperators } from '../../src/mutation/operators.ts'

function scriptOf(text: string, file = '004_up.sql'): Script {
  return {
    role: 'up',
    version: 4,
    transaction: 'own',
    file,
    path: file,
    text,
    checksum: checksumOf(text),
    notes: [],
  }
}

export function mutantsOf(text: string, operator?: string): Promise<readonly Mutant[]> {
  const set: Pick<MigrationSet, 'forward' | 'backward'> = {
    forward: [scriptOf(text)],
    backward: [],
  }
  const operators = allOperators.filter(({ id }) => operator === undefined || id === operator)
  return generateMutants(set, operators)
}

/** What an operator makes of a script: the text of each mutant. */
export async function textsOf(text: string, operator: string): Promise<readonly string[]> {
  return (await mutantsOf(text, operator)).map((mutant) => mutant.text)
}
