import { describe, expect, test } from 'vitest'
import type { VerifyDocument } from '../../src/check/document.ts'
import { type Choice, checkCategories } from '../../src/check/check.ts'
import { type JudgedVersion, describeMatrix, judgeVersion } from '../../src/check/matrix.ts'
import { type PostgresVersion, postgresVersions } from '../../src/database/postgres-version.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import type { CatalogObject } from '../../src/migration/snapshot.ts'
import { isAll } from '../amount.ts'
import { copyMigrations, files } from '../migration-copy.ts'
import { greenVerify, redVerify } from '../report/documents.ts'

/** What versions differ in. */
const likeliest = [
  'indexes',
  'views/answers',
  'functions/definition',
  'answers/functions',
  'metadata',
  'compatibility/rollback',
] as const

/** What kept a version from being green, one line each. */
function troubles({ document }: JudgedVersion): readonly string[] {
  return document.findings
    .filter(({ status }) => status !== 'passed')
    .map((finding) => `${finding.status} ${finding.checkId} ${finding.title}`)
}

const untimed = checkCategories.filter((category) => category !== 'performance')

/** The newest is judged whole but for its timings, the others as far as people wait for it. */
const older: readonly Choice[] = isAll ? checkCategories : [...likeliest]
const asked: Readonly<Record<PostgresVersion, readonly Choice[]>> = {
  '16': older,
  '17': older,
  '18': untimed,
}

describe('our migrations', () => {
  test('are green on every version, and make the same catalog', async () => {
    const judged: JudgedVersion[] = []
    for (const postgres of postgresVersions) {
      const migrations = loadMigrations()
      judged.push(
        await judgeVersion({ postgres, migrations, effort: 'quick', only: asked[postgres] }),
      )
    }
    expect(judged.flatMap(troubles)).toEqual([])
    const engines = judged.map(({ document }) => document.provenance.engine)
    expect(engines.map(({ version }) => version.split('.')[0])).toEqual([...postgresVersions])
    expect(new Set(engines.map((engine) => engine.package)).size).toBe(3)
    const matrix = describeMatrix(judged, 1)
    expect(matrix.comparisons.map(({ from, to, verdict }) => [from, to, verdict])).toEqual([
      [engines[0]?.version, engines[1]?.version, 'same'],
      [engines[1]?.version, engines[2]?.version, 'same'],
    ])
    // 7 indexes, 5 views, 4 functions and the table they stand on, at least.
    for (const { objects } of matrix.comparisons) expect(objects).toBeGreaterThanOrEqual(17)
    expect(matrix.status).toBe('passed')
  })

  test.runIf(isAll)(
    'with a defect are red on an old version, too, and one that can not be applied is not compared',
    async () => {
      await using copy = await copyMigrations()
      await copy.replace(files.up, 'round(max(score), 3)', 'round(avg(score), 3)')
      const wrong = await judgeVersion({
        postgres: '16',
        migrations: loadMigrations(copy.directory),
        only: ['views'],
        effort: 'quick',
      })
      expect(troubles(wrong)).toContainEqual(
        expect.stringMatching(/^failed views\/answers .*tool_success_rates/),
      )
      await copy.replace(files.up, 'create index', 'create indexx')
      const broken = await judgeVersion({
        postgres: '17',
        migrations: loadMigrations(copy.directory),
        only: ['metadata'],
        effort: 'quick',
      })
      expect(broken.document.status).toBe('failed')
      expect(broken.catalog).toBeNull()
      const matrix = describeMatrix([wrong, broken], 1)
      expect(matrix.comparisons.map(({ verdict }) => verdict)).toEqual(['unjudged'])
      expect(matrix.status).toBe('failed')
    },
  )
})

function judge(
  objects: readonly CatalogObject[],
  document: VerifyDocument = greenVerify,
): JudgedVersion {
  return { document, catalog: { version: 1, excluded: [], objects } }
}

describe('a comparison', () => {
  const view: CatalogObject = { kind: 'view', identity: 'public.v', facts: { definition: 'one' } }
  const other: CatalogObject = { ...view, facts: { definition: 'two' } }
  const notNull: CatalogObject = {
    kind: 'constraint',
    identity: 't_a_not_null on public.t',
    facts: { type: 'not null' },
  }

  test('names what differs, and is as red as a finding', () => {
    const { status, comparisons } = describeMatrix([judge([view]), judge([other])], 1)
    expect(status).toBe('failed')
    expect(comparisons).toEqual([
      {
        from: '18.6',
        to: '18.6',
        verdict: 'different',
        objects: 1,
        differences: ['~ view public.v\n    definition: one → two'],
      },
    ])
  })

  test('does not see what versions write down differently', () => {
    const { status, comparisons } = describeMatrix([judge([view]), judge([view, notNull])], 1)
    expect(comparisons).toMatchObject([{ verdict: 'same', objects: 1, differences: [] }])
    expect(status).toBe('passed')
  })

  test('does not hide a version that is red', () => {
    expect(describeMatrix([judge([view]), judge([view], redVerify)], 1).status).toBe('failed')
    const absent = { document: greenVerify, catalog: null }
    expect(describeMatrix([judge([view]), absent], 1).status).toBe('unjudged')
  })
})
