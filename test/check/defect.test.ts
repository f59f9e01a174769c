import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VerifyDocument } from '../../src/check/document.ts'
import { type CheckCategory, checkCategories } from '../../src/check/check.ts'
import { verify, verifyOn } from '../../src/check/verify.ts'
import { Workbench } from '../../src/check/workbench.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { type MigrationCopy, copyMigrations } from '../migration-copy.ts'
import { defects } from './defects.ts'

let workbench: Workbench
beforeAll(() => {
  workbench = new Workbench({})
})
afterAll(() => workbench[Symbol.asyncDispose]())

/** Timing takes as long as all the rest: it is left out where no defect asks for it. Heavier checks have tests of their own. */
async function judge(copy: MigrationCopy, fails: readonly string[]): Promise<VerifyDocument> {
  const slow: CheckCategory = 'performance'
  const only = checkCategories.filter(
    (category) => category !== slow || fails.some((id) => id.startsWith(slow)),
  )
  const migrations = await loadMigrations(copy.directory)
  return verifyOn(workbench, { migrations, only, effort: 'quick' })
}

describe('a planted defect turns the answer red', () => {
  test.each(defects)('$title', async ({ plant, fails, names, file }) => {
    await using copy = await copyMigrations()
    const document = await judge(await plant(copy), fails)
    const failures = document.findings.filter((finding) => finding.status === 'failed')
    expect(document.status).toBe('failed')
    expect(failures.map((finding) => finding.checkId)).toEqual(expect.arrayContaining([...fails]))
    const told = failures.filter((finding) => fails.includes(finding.checkId))
    expect(JSON.stringify(told)).toContain(names)
    expect(told.map((finding) => finding.place?.file)).toEqual(
      expect.arrayContaining(file === undefined ? [] : [file]),
    )
  })
})

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
