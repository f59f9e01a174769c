import { Ajv } from 'ajv'
import { format, resolveConfig } from 'prettier'
import { describe, expect, test } from 'vitest'
import { HarnessError } from '../../src/errors.ts'
import { contractSchema } from '../../src/migration/contract-schema.ts'
import { parseContract } from '../../src/migration/parse-contract.ts'
import { sampleContract } from './sample.ts'

/** The sample with one value set, or deleted where it is `undefined`, at a path of keys. */
function changed(path: string, value: unknown): string {
  const copy: unknown = structuredClone(sampleContract)
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const parent = keys.reduce((node, key) => (node as Record<string, unknown>)[key], copy)
  Object.assign(parent as object, { [last]: value })
  return JSON.stringify(copy)
}

async function refuse(text: string): Promise<HarnessError> {
  const error = await parseContract(text, 'folder/contract.json').catch((reason: unknown) => reason)
  if (!(error instanceof HarnessError)) throw new Error('expected a HarnessError', { cause: error })
  return error
}

test('the published schema is the one in the sources (vitest -u writes it)', async () => {
  const path = new URL('../../migrations/contract.schema.json', import.meta.url).pathname
  const text = await format(JSON.stringify(contractSchema), {
    ...(await resolveConfig(path)),
    parser: 'json',
  })
  await expect(text).toMatchFileSnapshot(path)
})

test('the schema is one by its own meta-schema, in the strictest mode', () => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true })
  expect(ajv.compile(contractSchema)(sampleContract)).toBe(true)
})

describe('parseContract accepts', () => {
  test('a contract, and returns it as it is', async () => {
    expect(await parseContract(JSON.stringify(sampleContract), 'c.json')).toEqual(sampleContract)
  })

  test('a byte order mark, and a $schema, which it drops', async () => {
    const text = `\uFEFF${JSON.stringify({ $schema: './contract.schema.json', ...sampleContract })}`
    expect(await parseContract(text, 'c.json')).toEqual(sampleContract)
  })

  test('no record', async () => {
    const contract = { ...sampleContract, record: null }
    expect(await parseContract(JSON.stringify(contract), 'c.json')).toEqual(contract)
  })
})

describe('parseContract refuses', () => {
  test.each([
    ['an empty file', '', 'line 1, column 1: JSON value expected but reached end of input'],
    ['a trailing comma', '{\n  "title": "é",\n}', 'line 3, column 1: Quoted object key expected'],
    ['one key with two values', '{"a": 1,\n "a": 2}', "line 2, column 3: Duplicate key 'a'"],
    ['another format', 'title: Orders', 'line 1, column 1: JSON value expected'],
  ])('%s', async (_, text, message) => {
    const error = await refuse(text)
    expect(error).toMatchObject({ code: 'E_CONTRACT', fault: 'usage' })
    expect(error.message).toContain(`Contract 'folder/contract.json' ${message}`)
  })

  test.each([
    ['no title', 'title', undefined, '/title: found nothing, expected a value'],
    [
      'a misspelt field',
      'views.0.colums',
      [],
      '/views/0/colums: found an unknown field, expected one of name, columns, order, comment, totals',
    ],
    [
      'a text for a boolean',
      'indexes.0.unique',
      'yes',
      '/indexes/0/unique: found "yes", expected it to be boolean',
    ],
    [
      'an unknown volatility',
      'functions.0.volatility',
      'fast',
      '/functions/0/volatility: found "fast", expected it to be one of immutable, stable, volatile',
    ],
    ['another version', 'contractVersion', 2, '/contractVersion: found 2, expected it to be 1'],
    [
      'a file in another folder',
      'files.base',
      ['../000.sql'],
      '/files/base/0: found "../000.sql", expected it to match pattern',
    ],
    [
      'an index twice',
      'indexes',
      [...sampleContract.indexes, ...sampleContract.indexes],
      "/indexes: found index 'idx_orders_day' more than once",
    ],
    [
      'a function twice',
      'functions',
      [...sampleContract.functions, ...sampleContract.functions],
      "/functions: found function 'total_of(p_day date)' more than once",
    ],
    [
      'an order by no column of the view',
      'views.0.order',
      [{ column: 'hour', descending: true }],
      "/views/0/order/0: found column 'hour', expected one of day, total",
    ],
    [
      'a column twice',
      'views.0.columns.1.name',
      'day',
      "/views/0/columns: found column 'day' more than once",
    ],
    [
      'a file in two roles',
      'files.base',
      ['001_totals.sql'],
      "/files: found file '001_totals.sql' more than once",
    ],
    [
      'a record of no migration',
      'record.rows',
      [{ file: '9.sql', version: '9' }],
      "/record/rows/0: found file '9.sql', expected one of 001_totals.sql, 001b_fix.sql",
    ],
    [
      'a transaction of no file',
      'transactions',
      { default: 'wrapped', files: { '9.sql': 'none' } },
      "/transactions/files/0: found file '9.sql', expected one of 000_orders.sql, 001_totals.sql",
    ],
    [
      'an unknown kind of transaction',
      'transactions',
      { default: 'auto', files: {} },
      '/transactions/default: found "auto", expected it to be one of own, wrapped, none',
    ],
    [
      'a kind left out that there is not',
      'snapshotExclusions',
      [{ kind: 'triggers', reason: 'They come and go.' }],
      '/snapshotExclusions/0/kind: found "triggers", expected it to be one of database, ',
    ],
    [
      'a kind left out for no reason',
      'snapshotExclusions',
      [{ kind: 'trigger', reason: ' ' }],
      '/snapshotExclusions/0/reason: found " ", expected it to match pattern',
    ],
    [
      'a kind left out that something is declared of',
      'snapshotExclusions',
      [{ kind: 'index', reason: 'They come and go.' }],
      "/snapshotExclusions/0: found kind 'index', expected one of which /indexes declares nothing",
    ],
    [
      'versions out of order',
      'files.migrations',
      [
        { version: 2, up: 'a.sql', patches: [], rollback: 'b.sql' },
        { version: 1, up: '001_totals.sql', patches: [], rollback: 'd.sql' },
      ],
      '/files/migrations/1/version: found 1 after 2, expected ascending versions',
    ],
  ])('%s', async (_, path, value, message) => {
    const error = await refuse(changed(path, value))
    expect(error).toMatchObject({ code: 'E_CONTRACT', fault: 'usage' })
    expect(error.message).toContain(`Contract 'folder/contract.json' ${message}`)
  })

  test('everything at once, the first ten by name', async () => {
    const error = await refuse('{}')
    expect(error.message).toContain('/contractVersion: found nothing')
    expect(error.message).toMatch(/; and 4 more$/)
  })

  test('a list in place of an object', async () => {
    expect((await refuse('[]')).message).toContain('/: found [], expected it to be object')
  })
})
