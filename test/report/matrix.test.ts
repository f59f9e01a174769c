import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import type { MatrixDocument } from '../../src/check/matrix.ts'
import { renderMatrix } from '../../src/report/matrix.ts'
import type { Format } from '../../src/report/report.ts'
import { resultSchemas } from '../../src/report/schema/schema.ts'
import { greenVerify, redVerify } from './documents.ts'
import { hostileRun, hostileText } from './hostile.ts'
import { readXml } from './well-formed.ts'

function onVersion<T extends typeof greenVerify | typeof redVerify>(
  document: T,
  version: string,
  release: string,
): T {
  const engine = { kind: 'pglite', version, package: release } as const
  return { ...document, provenance: { ...document.provenance, engine } }
}

const green: MatrixDocument = {
  schema: 'hook-harness/matrix',
  schemaVersion: 1,
  status: 'passed',
  documents: [onVersion(greenVerify, '16.4', '0.2.17'), greenVerify],
  comparisons: [{ from: '16.4', to: '18.6', verdict: 'same', objects: 98, differences: [] }],
  durationMs: 5_100,
}

const red: MatrixDocument = {
  ...green,
  status: 'failed',
  documents: [onVersion(greenVerify, '16.4', '0.2.17'), onVersion(redVerify, '17.5', '0.3.16')],
  comparisons: [
    {
      from: '16.4',
      to: '17.5',
      verdict: 'different',
      objects: 98,
      differences: ['~ view public.v\n    definition: one → two'],
    },
    { from: '17.5', to: '18.6', verdict: 'unjudged', objects: 0, differences: [] },
  ],
}

const hostile: MatrixDocument = {
  ...red,
  documents: [hostileRun.verify],
  comparisons: [
    {
      from: hostileText,
      to: hostileText,
      verdict: 'different',
      objects: 1,
      differences: [hostileText],
    },
  ],
}

function show(document: MatrixDocument, format: Format): string {
  return renderMatrix(document, format, { color: false, width: 80, verbose: false })
}

test('a terminal shows a block a version, then the catalogs, then what is wrong', () => {
  expect(show(green, 'terminal')).toMatchInlineSnapshot(`
    "Hook intelligence
      folder   migrations

    Postgres 16.4 · pglite 0.2.17
      ✓  Index Verification      1/1  12.3 ms
      ✓  View Verification       1/1  12.3 ms
      ✓  Function Verification   1/1  12.3 ms
      ✓  Performance Tests       1/1  12.3 ms
      ✓  Function Tests          1/1  12.3 ms
      ✓  Data Integrity          1/1  12.3 ms
      ✓  Backward Compatibility  1/1  12.3 ms
      ✓  Migration Metadata      1/1  12.3 ms
      PASSED 8/8 categories, 8/8 checks, 4 objects, 2 timings, 227 events, 3
      sessions, rollback clean, 2.41 s

    Postgres 18.6 · pglite 0.5.16
      ✓  Index Verification      1/1  12.3 ms
      ✓  View Verification       1/1  12.3 ms
      ✓  Function Verification   1/1  12.3 ms
      ✓  Performance Tests       1/1  12.3 ms
      ✓  Function Tests          1/1  12.3 ms
      ✓  Data Integrity          1/1  12.3 ms
      ✓  Backward Compatibility  1/1  12.3 ms
      ✓  Migration Metadata      1/1  12.3 ms
      PASSED 8/8 categories, 8/8 checks, 4 objects, 2 timings, 227 events, 3
      sessions, rollback clean, 2.41 s

    Catalogs · after the migrations
      ✓  16.4 and 18.6  98 objects  same

    PASSED 2/2 versions, 16/16 categories, 1/1 catalogs alike, 5.10 s
    "
  `)
  const text = show(red, 'terminal')
  expect(text).toContain('✗  16.4 and 17.5  98 objects  1 difference')
  expect(text).toContain('!  17.5 and 18.6   0 objects  unjudged')
  expect(text).toContain('Postgres 17.5, Index Verification · indexes/definition')
  expect(text).toContain('definition: one → two')
  expect(text.trimEnd().split('\n').at(-1)).toBe(
    'FAILED 1/2 versions, 8/13 categories, 0/2 catalogs alike, 5.10 s',
  )
})

test('Markdown sets the versions side by side', () => {
  expect(show(red, 'markdown').split('\n## Failures')[0]).toMatchInlineSnapshot(`
    "# Delivery summary: Hook intelligence

    **FAILED 1/2 versions, 8/13 categories, 0/2 catalogs alike, 5.10 s**

    ## Versions

    | Postgres | Engine | Verdict | Rollback | Events | Effort | Took |
    | --- | --- | --- | --- | ---: | --- | ---: |
    | 16.4 | pglite 0.2.17 | PASSED | clean | 227 | standard | 2.41 s |
    | 17.5 | pglite 0.3.16 | FAILED | unclean | 227 | standard | 2.41 s |

    ## Results

    | Category | Postgres 16.4 | Postgres 17.5 |
    | --- | ---: | ---: |
    | Index Verification | ✓ 1/1 | ✗ 1/2 |
    | View Verification | ✓ 1/1 | ✗ 0/1 |
    | Function Verification | ✓ 1/1 | – 0/1 |
    | Performance Tests | ✓ 1/1 | – 0/1 |
    | Function Tests | ✓ 1/1 |  |
    | Data Integrity | ✓ 1/1 |  |
    | Backward Compatibility | ✓ 1/1 |  |
    | Migration Metadata | ✓ 1/1 | – 0/3 |

    ## Catalogs

    | Postgres | And | Catalog | Objects | Differences |
    | --- | --- | --- | ---: | ---: |
    | 16.4 | 17.5 | different | 98 | 1 |
    | 17.5 | 18.6 | unjudged | 0 | 0 |
    "
  `)
})

test('JUnit has the suites of each version, and one of the comparisons', () => {
  const root = readXml(show(red, 'junit'))
  expect(root.attributes).toMatchObject({ name: 'Hook intelligence', time: '5.100000' })
  const names = root.children.map(({ attributes }) => attributes['name'])
  expect(names).toHaveLength(8 + 5 + 1)
  expect(names).toContain('Postgres 16.4: Index Verification')
  expect(names).toContain('Postgres 17.5: Index Verification')
  expect(root.children.at(-1)?.attributes).toMatchObject({
    name: 'Catalogs',
    tests: '2',
    failures: '1',
    errors: '1',
  })
  const sum = root.children.reduce((total, one) => total + Number(one.attributes['tests']), 0)
  expect(root.attributes['tests']).toBe(String(sum))
})

test('GitHub annotates with the version, and ends with the verdict', () => {
  const lines = show(red, 'github').trimEnd().split('\n')
  expect(lines[0]).toMatch(
    /^::error file=migrations\/004_add.sql,line=19,title=Postgres 17.5%2C Index Verification::/,
  )
  expect(lines).toContainEqual(
    expect.stringContaining('title=Catalogs::Postgres 17.5 has the same catalog'),
  )
  expect(lines.at(-1)).toMatch(/^::notice title=hook-harness::FAILED 1\/2 versions/)
})

describe('the schema', () => {
  const isMatrix = new Ajv2020({ strict: true }).compile(resultSchemas.matrix)

  test('accepts every matrix as it is printed, and nothing else', () => {
    for (const document of [green, red, hostile]) {
      isMatrix(JSON.parse(show(document, 'json')))
      expect(isMatrix.errors).toBeNull()
    }
    expect(isMatrix(greenVerify)).toBe(false)
    expect(isMatrix({ ...green, more: 1 })).toBe(false)
    expect(isMatrix({ ...green, comparisons: [{ from: '16', to: '17' }] })).toBe(false)
  })
})

test('hostile text breaks no format', () => {
  readXml(show(hostile, 'junit'))
  expect(show(hostile, 'terminal')).not.toContain('\u001B')
  for (const line of show(hostile, 'github').trimEnd().split('\n')) {
    expect(line).toMatch(/^::(?:error|warning|notice) /)
  }
  // Code fences hold it as it is; everywhere else it is escaped.
  const summaries = show(hostile, 'markdown').match(/^<summary>.*$/gm) ?? []
  expect(summaries.length).toBeGreaterThan(3)
  for (const summary of summaries) expect(summary).not.toContain('<script')
})
