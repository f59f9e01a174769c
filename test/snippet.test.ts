import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MigratedDatabase, openMigrated } from '../src/check/open-migrated.ts'
import { splitScript } from '../src/migration/statement.ts'

interface Snippet {
  readonly line: number
  readonly sql: string
}

async function readSnippets(file: string): Promise<readonly Snippet[]> {
  const text = await readFile(fileURLToPath(new URL(`../${file}`, import.meta.url)), 'utf8')
  return [...text.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    sql: match[1] ?? '',
  }))
}

class Undo extends Error {}

let migrated: MigratedDatabase
beforeAll(async () => {
  migrated = await openMigrated()
})
afterAll(() => migrated[Symbol.asyncDispose]())

/** Every statement of a snippet, in one transaction that leaves nothing behind. */
async function runSnippet(sql: string): Promise<number> {
  let executed = 0
  await migrated.database
    .transaction(async (transaction) => {
      for (const { text } of await splitScript(sql)) {
        await transaction.query(text)
        executed += 1
      }
      throw new Undo()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error
    })
  return executed
}

describe.each([
  ['README.md', 1],
  ['migrations/README.md', 14],
])('every SQL snippet of %s runs', (file, least) => {
  test(`there are at least ${least}`, async () => {
    expect((await readSnippets(file)).length).toBeGreaterThanOrEqual(least)
  })

  test('on a migrated, loaded database', async () => {
    for (const { line, sql } of await readSnippets(file)) {
      const executed = await runSnippet(sql).catch((error: unknown) => {
        throw new Error(`${file} line ${line}: ${String(error)}`, { cause: error })
      })
      expect(executed, `${file} line ${line}`).toBeGreaterThan(0)
    }
  })
})

test('a snippet that does not run is noticed', async () => {
  await expect(runSnippet('select nonsense from hook_events;')).rejects.toThrow('nonsense')
})
