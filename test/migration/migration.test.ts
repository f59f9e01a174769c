import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { locateObject } from '../../src/migration/locate-object.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { checksumOf } from '../../src/migration/script.ts'
import { openFolder, sampleContract, sampleFiles } from './sample.ts'

/** Loads the sample with some files changed; `undefined` leaves one out. */
async function loadSample(
  changes: Readonly<Record<string, string | Uint8Array | undefined>> = {},
): ReturnType<typeof loadMigrations> {
  const files = Object.entries({ ...sampleFiles, ...changes }).filter(
    (entry): entry is [string, string | Uint8Array] => entry[1] !== undefined,
  )
  await using folder = await openFolder(Object.fromEntries(files))
  return await loadMigrations(folder.path)
}

describe('loadMigrations reads', () => {
  test('a folder with a contract', async () => {
    const set = await loadSample({ 'old.sql': 'select 1' })
    expect(set).toMatchObject({
      contract: sampleContract,
      contractSource: 'folder',
      baseSource: 'folder',
      missing: [],
      ignored: ['old.sql'],
    })
    expect(set.base.map(({ file, version }) => [file, version])).toEqual([['000_orders.sql', null]])
    expect(set.forward.map(({ file, role }) => [file, role])).toEqual([
      ['001_totals.sql', 'up'],
      ['001b_fix.sql', 'patch'],
    ])
    expect(set.backward.map(({ file }) => file)).toEqual(['001_rollback.sql'])
    expect(set.forward[0]?.path).toBe(join(set.directory, '001_totals.sql'))
  })

  test('several migrations, and undoes the last one first', async () => {
    const { files } = sampleContract
    const migrations = [
      ...files.migrations,
      { version: 2, up: '2.sql', patches: [], rollback: '2_down.sql' },
    ]
    const set = await loadSample({
      'contract.json': JSON.stringify({ ...sampleContract, files: { ...files, migrations } }),
      '2.sql': 'select 1',
      '2_down.sql': 'select 2',
    })
    expect(set.forward.map(({ file }) => file)).toEqual(['001_totals.sql', '001b_fix.sql', '2.sql'])
    expect(set.backward.map(({ file }) => file)).toEqual(['2_down.sql', '001_rollback.sql'])
  })

  test('a missing patch as a fact, not an error', async () => {
    const { missing, forward } = await loadSample({ '001b_fix.sql': undefined })
    expect(missing).toEqual([{ role: 'patch', version: 1, file: '001b_fix.sql' }])
    expect(forward).toHaveLength(1)
  })

  test('an explicitly empty base', async () => {
    const contract = { ...sampleContract, files: { ...sampleContract.files, base: [] } }
    const set = await loadSample({ 'contract.json': JSON.stringify(contract) })
    expect(set).toMatchObject({ base: [], baseSource: 'folder', ignored: ['000_orders.sql'] })
  })

  test('a byte order mark and CRLF away, and remembers them', async () => {
    const plain = await loadSample()
    const text = sampleFiles['001_totals.sql'] ?? ''
    const { forward } = await loadSample({
      '001_totals.sql': `\uFEFF${text.replaceAll('\n', '\r\n')}`,
    })
    expect(forward[0]).toMatchObject({
      text,
      checksum: plain.forward[0]?.checksum,
      notes: ['byte order mark', 'CRLF'],
    })
    expect(plain.forward[0]?.notes).toEqual([])
  })
})

describe('loadMigrations refuses', () => {
  test.each<[string, Record<string, string | Uint8Array | undefined>, string, RegExp]>([
    [
      'no up file',
      { '001_totals.sql': undefined },
      'E_MIGRATION_ROLE',
      /found 000_orders.sql, .* expected '001_totals.sql', the up file of migration 1/,
    ],
    [
      'a base schema that nobody has',
      { '000_orders.sql': undefined },
      'E_MIGRATION_ROLE',
      /expected the base schema '000_orders.sql'/,
    ],
    [
      'a blank file',
      { '001b_fix.sql': ' \n' },
      'E_MIGRATION_EMPTY',
      /001b_fix.sql' is empty: found 2 bytes/,
    ],
    [
      'Latin-1',
      { '001b_fix.sql': Buffer.from('-- ä€\nselect 1; -- caf\xe9 \n', 'latin1') },
      'E_MIGRATION_ENCODING',
      /001b_fix.sql' byte 3 \(line 1\): found 0xE4, expected UTF-8/,
    ],
    [
      'one bad byte behind good ones',
      { '001b_fix.sql': Buffer.concat([Buffer.from('-- é\uFFFD\n'), Buffer.from([0xef, 0xbf])]) },
      'E_MIGRATION_ENCODING',
      /byte 9 \(line 2\): found 0xEF/,
    ],
    [
      'UTF-16',
      { '001b_fix.sql': Buffer.from('\uFEFFselect 1', 'utf16le') },
      'E_MIGRATION_ENCODING',
      /byte 0 \(line 1\): found 0xFF/,
    ],
    [
      'a NUL',
      { '001b_fix.sql': 'select 1;\nselect \0 2' },
      'E_MIGRATION_ENCODING',
      /byte 17 \(line 2\): found 0x00, expected text without NUL/,
    ],
    ['a contract that is not JSON', { 'contract.json': '{' }, 'E_CONTRACT', /line 1, column 2/],
  ])('%s', async (_, changes, code, message) => {
    await expect(loadSample(changes)).rejects.toMatchObject({
      code,
      fault: 'usage',
      message: expect.stringMatching(message),
    })
  })

  test('a folder that is not there', async () => {
    await expect(loadMigrations('no/such/folder')).rejects.toMatchObject({
      code: 'E_MIGRATION_FOLDER',
      fault: 'usage',
      message: expect.stringContaining("'no/such/folder' can't be read: found nothing"),
    })
  })

  test('a file in place of a folder', async () => {
    await using folder = await openFolder(sampleFiles)
    await expect(loadMigrations(join(folder.path, '001_totals.sql'))).rejects.toMatchObject({
      code: 'E_MIGRATION_FOLDER',
      message: expect.stringContaining('found a file, expected a folder'),
    })
  })

  test('a folder in place of a script', async () => {
    await using folder = await openFolder({ ...sampleFiles, '001b_fix.sql': '' })
    await rm(join(folder.path, '001b_fix.sql'))
    await mkdir(join(folder.path, '001b_fix.sql'))
    await expect(loadMigrations(folder.path)).rejects.toMatchObject({
      code: 'E_MIGRATION_FOLDER',
      message: expect.stringMatching(/001b_fix.sql' can't be read: EISDIR/),
    })
  })
})

describe('checksumOf', () => {
  test('is the SHA-256 of the text with one final newline', () => {
    // printf 'select 1;\n' | sha256sum
    const expected = '4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c'
    for (const text of ['select 1;', 'select 1;\n', 'select 1;\r\n\r\n', '\uFEFFselect 1;\n\n']) {
      expect(checksumOf(text)).toBe(expected)
    }
    expect(checksumOf('select  1;')).not.toBe(expected)
  })
})

describe('locateObject finds', () => {
  test.each([
    ['an index', { kind: 'index', name: 'idx_orders_day' }, '001_totals.sql:3'],
    ['a table of the base', { kind: 'table', name: 'orders' }, '000_orders.sql:1'],
    ['a comment', { kind: 'view', name: 'totals', action: 'comment' }, '001_totals.sql:5'],
    [
      'a drop in the rollback',
      { kind: 'view', name: 'totals', action: 'drop' },
      '001_rollback.sql:3',
    ],
    [
      'a drop that only a patch does',
      { kind: 'function', name: 'total_of', identity: 'p text', action: 'drop' },
      '001b_fix.sql:2',
    ],
    [
      'a function by its arguments',
      { kind: 'function', name: 'total_of', identity: 'p_day text' },
      '001_totals.sql:6',
    ],
    ['a function as the patch leaves it', { kind: 'function', name: 'total_of' }, '001b_fix.sql:3'],
    [
      'the last of its name for other arguments',
      { kind: 'function', name: 'total_of', identity: 'integer' },
      '001b_fix.sql:3',
    ],
  ] as const)('%s', async (_, query, expected) => {
    const place = await locateObject(await loadSample(), query)
    expect(`${place?.file}:${place?.line}`).toBe(expected)
  })

  test('nothing for a name that no statement has', async () => {
    expect(
      await locateObject(await loadSample(), { kind: 'index', name: 'totals' }),
    ).toBeUndefined()
  })
})
