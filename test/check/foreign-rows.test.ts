import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Choice } from '../../src/check/check.ts'
import type { VerifyDocument } from '../../src/check/document.ts'
import { verifyOn } from '../../src/check/verify.ts'
import { Workbench } from '../../src/check/workbench.ts'
import type { Contract } from '../../src/migration/contract.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { firstOfEach } from '../amount.ts'
import { copyMigrations, foreignFolder } from '../migration-copy.ts'
import { type Deed, deeds, lossy, reason, refused } from './deeds.ts'

let workbench: Workbench
beforeAll(() => {
  workbench = new Workbench({})
})
afterAll(() => workbench[Symbol.asyncDispose]())

async function judge(
  { base = '', up, down, changes = [] }: Pick<Deed, 'base' | 'up' | 'down' | 'changes'>,
  ...only: readonly Choice[]
): Promise<VerifyDocument> {
  await using copy = await copyMigrations(foreignFolder)
  await copy.replace('000_shop.sql', 'commit;', `${base}\ncommit;`)
  await copy.replace('002_add_note.sql', 'commit;', `${up}\ncommit;`)
  await copy.replace('002_add_note.down.sql', 'commit;', `${down}\ncommit;`)
  const text = await readFile(join(copy.directory, 'contract.json'), 'utf8')
  const contract = JSON.parse(text) as Contract
  await copy.write('contract.json', JSON.stringify({ ...contract, changes }))
  const migrations = await loadMigrations(copy.directory)
  return verifyOn(workbench, { migrations, only, effort: 'quick' })
}

test.each(firstOfEach(deeds, ({ check }) => check))('$title is red (planted)', async (deed) => {
  const { status, findings } = await judge(deed, deed.check)
  expect(status).toBe('failed')
  const failures = findings.filter((finding) => finding.status === 'failed')
  expect(JSON.stringify(failures)).toContain(deed.named)
})

test.each([lossy, refused])(
  '$title is green where it is declared, for a reason that the report shows',
  async (deed) => {
    const loss = { kind: 'lossy rollback', identity: 'public.purchase', reason }
    const { status, blindSpots } = await judge(
      { ...deed, changes: [...(deed.changes ?? []), loss] },
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
