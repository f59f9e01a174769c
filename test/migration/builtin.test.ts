import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtinDirectory, loadMigrations } from '../../src/migration/migration.ts'
import { openFolder, sampleContract, sampleFiles } from './sample.ts'

const base = '000_hook_events.sql'

describe("the package's migrations stand in", () => {
  test('when no folder is named', async () => {
    const set = await loadMigrations()
    expect(set).toMatchObject({ directory: builtinDirectory, missing: [], ignored: [] })
    expect(set.base.map(({ file }) => file)).toEqual([base])
  })

  test('for a contract and a base schema that a folder lacks', async () => {
    const builtin = await loadMigrations()
    await using folder = await openFolder({
      '004_add_things.sql': 'select 1',
      '004b_fix.sql': 'select 1',
      '004_rollback_things.sql': 'select 1',
    })
    const set = await loadMigrations(folder.path)
    expect(set).toMatchObject({ contractSource: 'builtin', baseSource: 'builtin', missing: [] })
    expect(set.contract).toEqual(builtin.contract)
    expect(set.base).toEqual(builtin.base)
    expect(set.forward.map(({ file }) => file)).toEqual(['004_add_things.sql', '004b_fix.sql'])
  })

  test('as the judge of a folder without the patch, which is missing', async () => {
    const { contract } = await loadMigrations()
    await using folder = await openFolder({
      '000_own.sql': 'select 1',
      '004_add_things.sql': 'select 1',
      '004_rollback_things.sql': 'select 1',
    })
    const set = await loadMigrations(folder.path)
    expect(set).toMatchObject({ contractSource: 'builtin', baseSource: 'folder' })
    expect(set.missing).toEqual(
      contract.files.migrations.flatMap(({ version, patches }) =>
        patches.map((file) => ({ role: 'patch', version, file })),
      ),
    )
    expect(set.missing).toHaveLength(1)
  })

  test('for the base schema alone, when a contract names it', async () => {
    const files = { ...sampleContract.files, base: [base] }
    await using folder = await openFolder({
      ...sampleFiles,
      'contract.json': JSON.stringify({ ...sampleContract, files }),
    })
    const set = await loadMigrations(folder.path)
    expect(set).toMatchObject({ contractSource: 'folder', baseSource: 'builtin' })
    expect(set.base[0]?.text).toBe(await readFile(join(builtinDirectory, base), 'utf8'))
  })
})
