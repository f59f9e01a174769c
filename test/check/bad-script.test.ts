import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Choice } from '../../src/check/check.ts'
import type { VerifyDocument } from '../../src/check/document.ts'
import { verifyOn } from '../../src/check/verify.ts'
import type { Contract } from '../../src/migration/contract.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { type MigrationCopy, copyMigrations, files, foreignFolder } from '../migration-copy.ts'
import { workbench } from './workbench.ts'

async function judge(
  { directory }: MigrationCopy,
  ...only: readonly Choice[]
): Promise<VerifyDocument> {
  const migrations = await loadMigrations(directory)
  return verifyOn(workbench, { migrations, only, effort: 'quick' })
}

function describeFailures({ findings }: VerifyDocument): string {
  return findings
    .flatMap((finding) =>
      finding.status === 'failed'
        ? [`${finding.place?.file}:${finding.place?.line} ${finding.title}\n${finding.actual}`]
        : [],
    )
    .join('\n')
}

const up = '002_add_note.sql'

describe('a script that is not what it should be', () => {
  test.each([
    [
      'ends its transaction early',
      /^commit;/m,
      'commit;\nselect 1;',
      ':1 ',
      'transactions: several',
    ],
    ['never ends it', /^commit;/m, '', ':1 ', 'transactions: left open'],
    ['commands psql', /^begin;/m, 'begin;\n\\\\set n 1', ':2 ', 'write plain SQL instead'],
    ['holds the rows of COPY', /^begin;/m, 'begin;\ncopy customer from stdin;', ':2 ', 'INSERT'],
    [
      'builds an index concurrently in its transaction',
      /^begin;/m,
      'begin;\ncreate index concurrently i on purchase (amount);',
      ':2 ',
      'say in the contract: transactions',
    ],
    ['is nothing but comments', /[^]*/, '-- later; really\n', ':1 ', 'transactions: none'],
  ])('and %s is red', async (_, what, by, place, said) => {
    await using copy = await copyMigrations(foreignFolder)
    const document = await judge(await copy.replace(up, what, by), 'metadata/scripts')
    expect(document.status).toBe('failed')
    expect(describeFailures(document)).toContain(`${up}${place}`)
    expect(describeFailures(document)).toContain(said)
  })

  test('but only looks odd is green: several statements a line, dollar quotes, semicolons in comments, a byte order mark, CRLF', async () => {
    await using copy = await copyMigrations(foreignFolder)
    const text = await readFile(join(foreignFolder, up), 'utf8')
    const odd = text.replace(
      'begin;',
      `begin; select 1; select $a$ ; $$ commit; $$ $a$; -- commit; really
/* rollback; /* ; */ */ do $body$ begin perform ';'; end $body$;`,
    )
    await copy.write(up, `\uFEFF${odd.replaceAll('\n', '\r\n')}`)
    const document = await judge(copy, 'metadata/scripts', 'metadata/others')
    expect(document.findings.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(document.status).toBe('passed')
    expect(JSON.stringify(document)).toContain('read without byte order mark and CRLF')
  })
})

test('a base schema that is refused can not be judged, and the report says so by file and line', async () => {
  await using copy = await copyMigrations(foreignFolder)
  await copy.replace('000_shop.sql', 'begin;', 'begin;\nselect 1 / 0;')
  const document = await judge(copy, 'indexes', 'metadata/scripts')
  expect(document.status).toBe('unjudged')
  const [first, ...rest] = document.findings
  expect(first).toMatchObject({ status: 'errored', place: { file: '000_shop.sql', line: 2 } })
  expect(new Set(rest.map(({ status }) => status))).toEqual(new Set(['skipped']))
})

test('a base schema that takes no event leaves a report that says why nothing was judged', async () => {
  await using copy = await copyMigrations()
  const takesNone = 'check (retry_count between 3 and 10)'
  await copy.replace(files.base, 'check (retry_count between 0 and 10)', takesNone)
  const document = await judge(copy, 'indexes/definition', 'compatibility/missing-parts', 'views')
  expect(document.status).toBe('unjudged')
  const errors = document.findings.flatMap((one) => (one.status === 'errored' ? [one.error] : []))
  expect(errors.map(({ message }) => message)).toEqual(
    Array(2).fill(expect.stringContaining('hook_events_retry_count_check')),
  )
})

test('a contract that names what the migrations never create is red by every name, and judged to the end', async () => {
  await using copy = await copyMigrations(foreignFolder)
  const path = join(copy.directory, 'contract.json')
  const contract = JSON.parse(await readFile(path, 'utf8')) as Contract
  const [index, view, one, other] = [
    contract.indexes.map((declared) => ({ ...declared, name: 'absent_index', waiver: null })),
    contract.views.map((declared) => ({ ...declared, name: 'absent_view' })),
    contract.functions.map((declared) => ({
      ...declared,
      name: 'absent_function',
      examples: [['a']],
    })),
    contract.others.map((declared) => ({ ...declared, identity: 'public.absent_other' })),
  ]
  const written: Contract = {
    ...contract,
    tables: [...contract.tables, 'absent_table'],
    indexes: [...contract.indexes, ...index.slice(0, 1)],
    views: [...contract.views, ...view.slice(0, 1)],
    functions: [...contract.functions, ...one.slice(0, 1)],
    others: [...contract.others, ...other.slice(0, 1)],
    changes: [
      { kind: 'table', identity: 'public.absent_change', reason: 'it should' },
      { kind: 'rows', identity: 'public.absent_rows', reason: 'it should' },
    ],
    preserved: { queries: [], writes: [] },
    locks: [
      ...(contract.locks ?? []),
      { file: up, table: 'absent_lock', rewrite: false, reason: 'it may' },
    ],
    record: {
      table: 'absent_record',
      sql: 'select file, version, elapsed_ms from absent_record',
      rows: [{ file: up, version: '2' }],
      existingSql: null,
    },
  }
  await writeFile(path, JSON.stringify(written))
  const document = await judge(
    copy,
    'indexes',
    'views',
    'functions',
    'integrity',
    'compatibility',
    'metadata',
  )
  expect(document.status).toBe('failed')
  expect(document.findings.filter(({ status }) => status === 'errored')).toEqual([])
  const said = describeFailures(document)
  for (const kind of [
    'table',
    'index',
    'view',
    'function',
    'other',
    'change',
    'rows',
    'lock',
    'record',
  ])
    expect(said).toContain(`absent_${kind}`)
})
