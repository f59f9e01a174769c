import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Choice } from '../../src/check/check.ts'
import type { VerifyDocument } from '../../src/check/document.ts'
import { verifyOn } from '../../src/check/verify.ts'
import type { Contract } from '../../src/migration/contract.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { firstOfEach, isAll } from '../amount.ts'
import { copyMigrations, foreignFolder } from '../migration-copy.ts'
import { type Deed, deeds, lossy, reason, refused } from './deeds.ts'
import { workbench } from './workbench.ts'

/** What all of them together do. */
async function judge(
  planted: readonly Pick<Deed, 'base' | 'up' | 'down' | 'changes'>[],
  ...only: readonly Choice[]
): Promise<VerifyDocument> {
  await using copy = await copyMigrations(foreignFolder)
  for (const { base = '', up, down } of planted) {
    await copy.replace('000_shop.sql', 'commit;', `${base}\ncommit;`)
    await copy.replace('002_add_note.sql', 'commit;', `${up}\ncommit;`)
    await copy.replace('002_add_note.down.sql', 'commit;', `${down}\ncommit;`)
  }
  const text = await readFile(join(copy.directory, 'contract.json'), 'utf8')
  const contract = JSON.parse(text) as Contract
  const changes = planted.flatMap((one) => one.changes ?? [])
  await copy.write('contract.json', JSON.stringify({ ...contract, changes }))
  const migrations = await loadMigrations(copy.directory)
  return verifyOn(workbench, { migrations, only, effort: 'quick' })
}

async function expectRed(...planted: readonly Deed[]): Promise<void> {
  const { status, findings } = await judge(planted, ...planted.map(({ check }) => check))
  expect(status).toBe('failed')
  const failures = JSON.stringify(findings.filter((finding) => finding.status === 'failed'))
  expect(planted.filter(({ named }) => !failures.includes(named))).toEqual([])
}

test('one deed of each kind (planted), all at once, and each is red by its name', () =>
  expectRed(...firstOfEach(deeds, ({ check }) => check)))

test.runIf(isAll).each(deeds)('$title is red (planted)', (deed) => expectRed(deed))

test.each([lossy, refused])(
  '$title is green where it is declared, for a reason that the report shows',
  async (deed) => {
    const loss = { kind: 'lossy rollback', identity: 'public.purchase', reason }
    const { status, blindSpots } = await judge(
      [{ ...deed, changes: [...(deed.changes ?? []), loss] }],
      'integrity/rows',
      'compatibility/additive',
      'compatibility/writes',
    )
    expect(status).toBe('passed')
    expect(blindSpots.filter(({ what }) => what.startsWith('rows'))).toEqual([
      { what: 'rows of public.purchase after the rollback', reason },
    ])
  },
)
