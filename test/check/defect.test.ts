import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
import { Workbench } from '../../src/check/workbench.ts'
import { defined } from '../../src/defined.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { type MigrationCopy, copyMigrations } from '../migration-copy.ts'
import { type Defect, defects } from './defects.ts'

let workbench: Workbench
beforeAll(() => {
  workbench = new Workbench({})
})
afterAll(() => workbench[Symbol.asyncDispose]())

/** What the checks that must fail say: the others are not asked, nor are the migrations walked where none needs it. */
async function judge(
  copy: MigrationCopy,
  { fails, events }: Pick<Defect, 'fails' | 'events'>,
): Promise<readonly CheckReport[]> {
  const migrations = await loadMigrations(copy.directory)
  const { setting } = openSetting(workbench, migrations, defined({ events, effort: 'quick' }))
  const checks = allChecks.filter(({ id }) => fails.includes(id))
  const reports: CheckReport[] = []
  let subject: Subject | undefined
  for (const check of checks) {
    if (check.stage === 'scratch') reports.push(await runScratchCheck(check, setting))
    else reports.push(await runWalkedCheck(check, (subject ??= await walkSetting(setting))))
  }
  return reports
}

describe('a planted defect turns the answer red', () => {
  test.each(defects)('$title', async (defect) => {
    await using copy = await copyMigrations()
    const reports = await judge(await defect.plant(copy), defect)
    const failures = reports.flatMap(({ findings }) =>
      findings.filter((finding) => finding.status === 'failed'),
    )
    expect(statusOf(summarise(reports))).toBe('failed')
    expect(new Set(failures.map((finding) => finding.checkId))).toEqual(new Set(defect.fails))
    expect(JSON.stringify(failures)).toContain(defect.names)
    const places = await Promise.all(failures.map(({ place }) => readPlace(copy, place)))
    if (defect.at !== null)
      expect(places).toContainEqual([defect.at[0], expect.stringMatching(startOf(defect.at[1]))])
  })
})

/** File, and text of the line. */
async function readPlace(
  { directory }: MigrationCopy,
  place: Place | undefined,
): Promise<readonly [string, string] | null> {
  if (place === undefined) return null
  const text = await readFile(join(directory, place.file), 'utf8')
  return [place.file, text.split('\n')[place.line - 1] ?? '']
}

function startOf(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[$()]/g, String.raw`\$&`)}`)
}

test('our own migrations are green, in every category, with every check that is declared', async () => {
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
})
