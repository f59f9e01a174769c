import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { allChecks } from '../../src/check/categories.ts'
import { type CheckReport, type Place, statusOf, summarise } from '../../src/check/check.ts'
import type { Subject } from '../../src/check/subject.ts'
import {
  openSetting,
  runScratchCheck,
  runWalkedCheck,
  verify,
  walkSetting,
} from '../../src/check/verify.ts'
import { defined } from '../../src/defined.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { isAll } from '../amount.ts'
import { type MigrationCopy, copyMigrations } from '../migration-copy.ts'
import { type Defect, plantRows } from './defect.ts'
import { declaredDefects } from './defects-declared.ts'
import { interferenceDefects } from './defects-interference.ts'
import { rowDefects } from './defects-rows.ts'
import { defects as firstDefects } from './defects.ts'
import { workbench } from './workbench.ts'

const defects = [...firstDefects, ...declaredDefects, ...interferenceDefects, ...rowDefects]

/** The traps that a first version of 004 fell into, and what loses rows that nobody can bring back. */
const traps = defects.filter(({ title }) => /\(trap |logged since/.test(title))

/** What the checks that must fail say: the others are not asked, nor are the migrations walked where none needs it. */
async function judge(
  copy: MigrationCopy,
  { fails, events }: Pick<Defect, 'fails' | 'events'>,
): Promise<readonly CheckReport[]> {
  const migrations = await loadMigrations(copy.directory)
  const { setting } = openSetting(workbench, migrations, defined({ events, effort: 'quick' }))
  const checks = allChecks.filter(({ id }) => fails.includes(id))
  const reports: CheckReport[] = []
  // They take the engine that the others look at what was walked on.
  for (const check of checks)
    if (check.stage === 'scratch') reports.push(await runScratchCheck(check, setting))
  let subject: Subject | undefined
  for (const check of checks)
    if (check.stage !== 'scratch')
      reports.push(await runWalkedCheck(check, (subject ??= await walkSetting(setting))))
  return reports
}

/** Whether exactly the checks that must fail do, and each defect is told by its own ones: by name, and at the line. */
async function expectFound(
  copy: MigrationCopy,
  reports: readonly CheckReport[],
  planted: readonly Defect[],
): Promise<void> {
  expect(statusOf(summarise(reports))).toBe('failed')
  const failures = reports.flatMap(({ findings }) =>
    findings.filter((finding) => finding.status === 'failed'),
  )
  const owed = new Set(planted.flatMap(({ fails }) => fails))
  expect(new Set(failures.map((finding) => finding.checkId))).toEqual(owed)
  for (const { title, fails, names, at } of planted) {
    const own = failures.filter(({ checkId }) => fails.includes(checkId))
    const told = own.map((finding) => JSON.stringify(finding))
    const untold = names.filter((name) => !told.some((text) => text.includes(name)))
    expect([title, untold]).toEqual([title, []])
    const places = await Promise.all(own.map(({ place }) => readPlace(copy, place)))
    const isShown = (file: string, line: string): boolean =>
      places.some((place) => place?.file === file && place.text.startsWith(line))
    expect([title, at.filter(([file, line]) => !isShown(file, line))]).toEqual([title, []])
    const isPlaced = planted.length === 1 ? places.some((place) => place !== null) : at.length > 0
    expect(isPlaced).toBe(at.length > 0)
  }
}

describe('planted defects turn the answer red', () => {
  test.each([1, 2, 3])('all of set %i at once: none hides another', async (set) => {
    await using copy = await copyMigrations()
    const planted = defects.filter((defect) => defect.set === set)
    for (const { plant } of planted) await plant(copy)
    const fails = planted.flatMap((defect) => defect.fails)
    await expectFound(copy, await judge(copy, { fails }), planted)
  })

  test.each(isAll ? defects : traps.filter(({ set }) => set === 'alone'))(
    '$title',
    async (defect) => {
      await using copy = await copyMigrations()
      await expectFound(copy, await judge(await defect.plant(copy), defect), [defect])
    },
  )
})

/** Checks whose defects are planted in files of their own, with what else there is to say of them. */
const provenElsewhere: Readonly<Record<string, string>> = {
  'indexes/choice': 'usefulness.test.ts',
  'answers/random-sets': 'hostile.test.ts',
  'answers/metamorphic': 'hostile.test.ts',
  'integrity/hostile-rows': 'hostile.test.ts',
  'integrity/random-hostile-rows': 'hostile.test.ts',
  'compatibility/hostile-writes': 'hostile.test.ts',
  'integrity/sequences': 'foreign-rows.test.ts',
  'compatibility/writes': 'foreign-rows.test.ts',
  'compatibility/reapply': 'reapply.test.ts',
  'compatibility/faults': 'fault.test.ts',
  'compatibility/locks': 'locks.test.ts',
}

test('no check is there that no planted defect turns red', async () => {
  const proven = new Set([
    ...defects.flatMap(({ fails }) => fails),
    ...Object.keys(provenElsewhere),
  ])
  expect([...proven].toSorted()).toEqual(allChecks.map(({ id }) => id).toSorted())
  for (const file of new Set(Object.values(provenElsewhere))) {
    const text = await readFile(new URL(file, import.meta.url), 'utf8')
    expect(text).toMatch(/planted/)
  }
})

test('every word that no view understands is found, and where no view looks (trap 9)', async () => {
  await using copy = await copyMigrations()
  const half = { quality_metrics: { quality_score: 85 } }
  await plantRows(
    copy,
    ['pre_tool_use', {}, { session_id: 5 }],
    ['PostToolUse', { success_classification: 'failed' }, { success_classification: 'failure' }],
    ['PostToolUse', half, half],
    ['Stop', { completion_status: 'complete' }, { completion_status: 'completed' }],
    ['SessionEnd', { workflow_pattern: 'Debugging', duration_seconds: -1, total_prompts: '5' }],
    ['SessionEnd', { total_tools: [] }],
    ['UserPromptSubmit', { agent_detected: 7, confidence: 1.5 }, { agent_detected: 'a' }],
  )
  const migrations = await loadMigrations(copy.directory)
  const fails = ['integrity/vocabulary']
  const findings = (await judge(copy, { fails })).flatMap((report) => report.findings)
  expect(findings.map(({ title }) => title)).toEqual(
    migrations.contract.vocabulary.map(({ title }) => title),
  )
  expect(findings.filter(({ status }) => status !== 'failed')).toEqual([])
})

/** File, and text of the line. */
async function readPlace(
  { directory }: MigrationCopy,
  place: Place | undefined,
): Promise<{ readonly file: string; readonly text: string } | null> {
  if (place === undefined) return null
  const text = await readFile(join(directory, place.file), 'utf8')
  return { file: place.file, text: text.split('\n')[place.line - 1] ?? '' }
}

test.runIf(isAll)(
  'our own migrations are green, in every category, with every check that is declared',
  async () => {
    const document = await verify({ migrations: await loadMigrations() })
    expect(document.findings.filter((finding) => finding.status !== 'passed')).toEqual([])
    expect(document.status).toBe('passed')
    expect(document.categories).toHaveLength(8)
    for (const category of document.categories)
      expect(category.ran).toBeGreaterThanOrEqual(category.declared)
    expect(document.objects).toHaveLength(16)
    expect(document.rollback).toEqual({ verdict: 'clean', differences: [] })
    expect(document.targets).toHaveLength(9)
    expect(document.fixture).toMatchObject({ name: 'canonical', events: 227, sessions: 3 })
  },
)
