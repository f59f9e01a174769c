import { expect, test } from 'vitest'
import { verify } from '../../src/check/verify.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { isAll } from '../amount.ts'

async function targetsWithin(targetMs: number): Promise<readonly string[]> {
  const migrations = await loadMigrations()
  const { targets } = await verify({
    migrations: { ...migrations, contract: { ...migrations.contract, targetMs } },
    only: ['performance'],
    effort: 'quick',
    codeTier: 'baseline',
  })
  return targets.map(({ claim, codeTier }) => `${claim} in ${codeTier} code`)
}

test.runIf(isAll)(
  'a target that baseline code meets is met; what it misses is timed again in optimised code',
  async () => {
    // An hour: no machine is so busy. A nanosecond: none is so fast.
    expect(await targetsWithin(3_600_000)).toStrictEqual(Array(9).fill('met in baseline code'))
    expect(await targetsWithin(1e-6)).toStrictEqual(Array(9).fill('missed in optimised code'))
  },
)
