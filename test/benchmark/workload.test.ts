import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { holds, parseConditions } from '../../src/benchmark/condition.ts'
import { orderRows, parseOrder } from '../../src/benchmark/order.ts'
import { foretellRows, loadWorkloads, parseWorkload } from '../../src/benchmark/workload.ts'
import { loadMigrations } from '../../src/migration/migration.ts'
import { oracleRelations } from '../../src/oracle.ts'

const front = '-- id: view/tool-success-rates\n-- title: rates\n-- relation: tool_success_rates\n'
const whole = `${front}--\n-- Because.\n\nselect 1`

describe('the workloads of the package', async () => {
  const workloads = await loadWorkloads()

  test('time every view and function that the contract declares, as a whole', async () => {
    const { contract } = await loadMigrations()
    for (const { name } of [...contract.views, ...contract.functions]) {
      const kind = contract.views.some((view) => view.name === name) ? 'view' : 'function'
      const own = workloads.find(({ id }) => id === `${kind}/${name.replaceAll('_', '-')}`)
      expect(own).toMatchObject({
        relation: name,
        where: [],
        order: [],
        limit: null,
        columns: null,
      })
    }
  })

  test('ask only what the oracle can answer', () => {
    expect(oracleRelations).toEqual(
      expect.arrayContaining(workloads.map(({ relation }) => relation)),
    )
  })

  test('are named after their ids', () => {
    for (const { id, file } of workloads) expect(file).toBe(`${id.split('/')[1]}.sql`)
  })
})

describe('a workload file', () => {
  test('gives id, title, relation, parameters, condition, limit, reason and statement', () => {
    const text =
      `${front}-- parameters: select 'Bash'::text\n-- where: tool_name = $1 and total_uses >= 20\n` +
      '-- order: total_uses desc, tool_name\n-- limit: 5\n-- columns: tool_name, total_uses\n' +
      '-- follows: uses of the tool\n-- counted: select 1\n--\n' +
      '-- Somebody asks\n-- this every day.\n\nselect *\nfrom t;\n'
    expect(parseWorkload(text, 'a.sql')).toEqual({
      id: 'view/tool-success-rates',
      title: 'rates',
      file: 'a.sql',
      relation: 'tool_success_rates',
      parametersSql: "select 'Bash'::text",
      where: [
        { column: 'tool_name', operator: '=', operand: { kind: 'parameter', place: 1 } },
        { column: 'total_uses', operator: '>=', operand: { kind: 'number', value: 20 } },
      ],
      order: [
        { column: 'total_uses', isDescending: true },
        { column: 'tool_name', isDescending: false },
      ],
      limit: 5,
      columns: ['tool_name', 'total_uses'],
      follows: { title: 'uses of the tool', sql: 'select 1' },
      reason: 'Somebody asks this every day.',
      sql: 'select *\nfrom t',
    })
  })

  test('reads the same with CRLF', () => {
    expect(parseWorkload(whole.replaceAll('\n', '\r\n'), 'a.sql')).toEqual(
      parseWorkload(whole, 'a.sql'),
    )
  })

  test.each([
    ['an unknown key', whole.replace('relation:', 'table:'), "line 3: expected '-- key: value'"],
    ['a key twice', whole.replace('title: rates', 'id: view/a'), "line 2: expected 'id' once"],
    ['no relation', whole.replace(/-- relation.*\n/, ''), "line 1: expected '-- relation: …'"],
    ['an id of no kind', whole.replace('view/', 'table/'), 'line 1: expected an id like'],
    ['an id in capitals', whole.replace('rates\n', 'Rates\n'), 'line 1: expected an id like'],
    ['a limit of 0', whole.replace('--\n', '-- limit: 0\n--\n'), 'line 4: expected a whole number'],
    ['an odd condition', whole.replace('--\n', '-- where: a or b\n--\n'), 'line 4: expected cond'],
    ['an odd order', whole.replace('--\n', '-- order: a up\n--\n'), 'line 4: expected an order'],
    ['odd columns', whole.replace('--\n', '-- columns: a b\n--\n'), 'line 4: expected columns'],
    [
      'a count of nothing',
      whole.replace('--\n', '-- counted: select 1\n--\n'),
      "line 4: expected 'follows' and 'counted' together",
    ],
    ['no reason', whole.replace('-- Because.\n', ''), 'line 4: expected a paragraph'],
    ['no statement', whole.replace('select 1', ''), 'expected a statement'],
    ['no comment', 'select 1', "line 1: expected '-- id: …'"],
  ])('with %s is refused with its place', (_, text, message) => {
    expect(() => parseWorkload(text, 'a.sql')).toThrow(message)
    expect(() => parseWorkload(text, 'a.sql')).toThrow("Workload 'a.sql' line ")
  })

  test('that takes an id twice is refused, naming both', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'workloads-'))
    try {
      await writeFile(join(directory, 'a.sql'), whole)
      await writeFile(join(directory, 'b.sql'), whole)
      await expect(loadWorkloads(directory)).rejects.toThrow(
        "Workload 'b.sql': id 'view/tool-success-rates' is taken by 'a.sql'",
      )
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('in a folder that is not there is refused', async () => {
    await expect(loadWorkloads('/no/such/folder')).rejects.toMatchObject({ code: 'E_WORKLOAD' })
  })
})

describe('a condition', () => {
  const row = { name: 'Bash', uses: '20', seen: '2026-01-02T00:00:00.000000Z', none: null }
  const asked = { params: [7, 'Bash'], nowUs: Date.UTC(2026, 0, 9) * 1_000 }

  test.each([
    ["name = 'Bash'", true],
    ["name = 'Read'", false],
    ['uses >= 20', true],
    ['uses > 20', false],
    ['uses <= 20', true],
    ['uses < 100', true],
    ['uses = $1', false],
    ['name = $2', true],
    ["seen > '2026-01-01T00:00:00.000000Z'", true],
    ["seen >= now() - interval '7 days'", true],
    ["seen > now() - interval '7 days'", false],
    ['none = 1', false],
    ['none < 1', false],
    ["uses >= 20 and name = 'Bash'", true],
    ["uses >= 20 and name = 'Read'", false],
    ["uses > 20 and name = 'Bash'", false],
  ])('%s is %s', (text, expected) => {
    const conditions = parseConditions(text)
    expect(conditions?.every((condition) => holds(condition, row, asked))).toBe(expected)
  })

  test('keeps an `and` within a text', () => {
    expect(parseConditions("a = 'b and c' and d = 1")).toMatchObject([
      { column: 'a', operand: { value: 'b and c' } },
      { column: 'd', operand: { value: 1 } },
    ])
  })

  test('of another shape is none', () => {
    for (const text of [
      'a = b',
      'a = 1 or b = 2',
      'a = 1 and',
      'a = 1 and ',
      'and a = 1',
      'lower(a) = 1',
      'a <> 1',
      "a = 'b",
      "a > now() - interval '1 hour'",
      '',
    ]) {
      expect([text, parseConditions(text)]).toEqual([text, undefined])
    }
  })
})

describe('an order', () => {
  const rows = [
    { name: 'b', uses: '9', rate: null },
    { name: 'a', uses: '10', rate: '80.5' },
    { name: 'B', uses: '9', rate: '9' },
  ]
  const namesBy = (text: string): unknown => {
    const keys = parseOrder(text)
    return keys && orderRows(rows, keys).map(({ name }) => name)
  }

  test.each([
    ['name', ['B', 'a', 'b']],
    ['uses, name', ['B', 'b', 'a']],
    ['uses desc, name asc', ['a', 'B', 'b']],
    // As Postgres has it: nulls come last, and first where it goes down.
    ['rate', ['B', 'a', 'b']],
    ['rate desc', ['b', 'a', 'B']],
  ])('by %s', (text, expected) => {
    expect(namesBy(text)).toEqual(expected)
  })

  test('of another shape is none', () => {
    for (const text of ['', 'a up', 'lower(a)', 'a, ', 'a desc desc']) {
      expect([text, parseOrder(text)]).toEqual([text, undefined])
    }
  })
})

test('what a workload must return: filtered, ordered, cut, and only its columns', () => {
  const rows = [
    { name: 'a', uses: '3' },
    { name: 'b', uses: '1' },
    { name: 'c', uses: '5' },
    { name: 'd', uses: '4' },
  ]
  const workload = parseWorkload(
    whole.replace(
      '--\n',
      '-- where: uses > 1\n-- order: uses desc\n-- limit: 2\n-- columns: uses\n--\n',
    ),
    'a.sql',
  )
  const oracle = { sessions: 0, answer: () => rows }
  expect(foretellRows(workload, oracle, [], 0)).toEqual([{ uses: '5' }, { uses: '4' }])
})
