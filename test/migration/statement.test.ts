import { describe, expect, test } from 'vitest'
import { QueryError } from '../../src/errors.ts'
import { splitScript } from '../../src/migration/statement.ts'

interface Cut {
  readonly title: string
  readonly script: string
  /** `line:column-endLine text` of each statement. */
  readonly expected: readonly string[]
}

const cuts: readonly Cut[] = [
  { title: 'nothing', script: '', expected: [] },
  { title: 'white space', script: ' \n\t\n', expected: [] },
  { title: 'comments only', script: '-- a; b\n/* c; /* d; */ e; */', expected: [] },
  { title: 'semicolons only', script: ';; ;', expected: [] },
  {
    title: 'several statements a line',
    script: 'select 1; select 2;;select 3;',
    expected: ['1:1-1 select 1', '1:11-1 select 2', '1:21-1 select 3'],
  },
  {
    title: 'no final semicolon, a comment after it',
    script: 'select 1;\nselect 2 -- two; three\n\n/* four */\n',
    expected: ['1:1-1 select 1', '2:1-2 select 2'],
  },
  {
    title: 'comments holding semicolons, before and between',
    script: '-- one; two\n/* three; /* four; */ */ select /* five; */ 5;\n-- six\n  select 6;',
    expected: ['2:26-2 select /* five; */ 5', '4:3-4 select 6'],
  },
  {
    title: 'dollar quotes, with and without tag',
    script: "do $$ begin perform ';'; end $$;\nselect $a$ ; $$ ; $a$, 'it''s;', \";\" from t;",
    expected: [
      "1:1-1 do $$ begin perform ';'; end $$",
      "2:1-2 select $a$ ; $$ ; $a$, 'it''s;', \";\" from t",
    ],
  },
  {
    title: 'a function with a body in the grammar',
    script:
      'create function f() returns int\nbegin atomic\n select 1;\n select 2;\nend;\nselect 3;',
    expected: [
      '1:1-5 create function f() returns int\nbegin atomic\n select 1;\n select 2;\nend',
      '6:1-6 select 3',
    ],
  },
  {
    title: 'characters of two, three and four bytes',
    script: "-- é€😀;\nselect 'é€😀;'; select 'ü' as é;\nselect 2;",
    expected: ["2:1-2 select 'é€😀;'", "2:16-2 select 'ü' as é", '3:1-3 select 2'],
  },
  {
    title: 'a last statement with such characters and no semicolon',
    script: "select 1;\nselect 'é€😀' -- ü",
    expected: ['1:1-1 select 1', "2:1-2 select 'é€😀'"],
  },
  {
    title: 'carriage returns',
    script: 'select 1;\r\n\r\nselect\r\n 2;\r\n',
    expected: ['1:1-1 select 1', '3:1-4 select\r\n 2'],
  },
]

describe('splitScript cuts', () => {
  test.each(cuts)('$title', async ({ script, expected }) => {
    const statements = await splitScript(script)
    expect(
      statements.map(
        ({ position, endLine, text }) => `${position.line}:${position.column}-${endLine} ${text}`,
      ),
    ).toEqual(expected)
  })
})

interface Refusal {
  readonly title: string
  readonly script: string
  readonly place: readonly [line: number, column: number]
  readonly message: RegExp
  readonly sqlState?: string
  readonly hint?: RegExp
}

const refusals: readonly Refusal[] = [
  {
    title: 'a wrong word after non-ASCII text',
    script: "-- é\nselect 'é€😀' frm foo bar",
    place: [2, 18],
    message: /syntax error at or near "foo"/,
  },
  {
    title: 'the end of the text',
    script: 'select 1;\nselect 2 +',
    place: [2, 11],
    message: /syntax error at end of input/,
  },
  {
    title: 'an open string',
    script: "select 1;\n  select 'abc;\nselect 2;",
    place: [2, 10],
    message: /unterminated quoted string/,
  },
  {
    title: 'an open dollar quote',
    script: 'do $$ begin end',
    place: [1, 4],
    message: /unterminated dollar-quoted string/,
  },
  { title: 'an open comment', script: 'select 1; /* a', place: [1, 11], message: /unterminated/ },
  {
    title: 'a byte order mark',
    script: '\uFEFFselect 1',
    place: [1, 1],
    message: /syntax error at or near "\uFEFFselect"/,
  },
  {
    title: 'a psql command',
    script: 'select 1;\n\\i other.sql\nselect 2;',
    place: [2, 1],
    message: /syntax error at or near "\\"/,
    hint: /psql/,
  },
  {
    title: 'a psql command behind a query',
    script: 'select 1 as a \\gset',
    place: [1, 15],
    message: /syntax error/,
    hint: /psql/,
  },
  {
    title: 'rows after COPY',
    script: 'select 1;\n-- é\n  copy t from stdin;\n1\t2\n\\.\n',
    place: [3, 3],
    message: /COPY … FROM stdin/,
    sqlState: '0A000',
    hint: /INSERT/,
  },
  {
    title: 'COPY that waits for rows',
    script: 'begin;\ncopy t from stdin;',
    place: [2, 1],
    message: /COPY … FROM stdin/,
    sqlState: '0A000',
    hint: /INSERT/,
  },
  {
    title: 'a NUL character, which would end the text unseen',
    script: 'select 1;\nselect \0 2;',
    place: [2, 8],
    message: /NUL/,
    sqlState: '22021',
  },
]

describe('splitScript refuses', () => {
  test.each(refusals)('$title', async ({ script, place, message, sqlState = '42601', hint }) => {
    const error = await splitScript(script).catch((reason: unknown) => reason)
    if (!(error instanceof QueryError)) throw new Error('expected a QueryError', { cause: error })
    expect(error.message).toMatch(message)
    expect([error.position?.line, error.position?.column]).toEqual(place)
    expect(error.sqlState).toBe(sqlState)
    expect(error.hint ?? 'none').toMatch(hint ?? /^none$/)
  })

  test('and lets COPY TO stdout, COPY FROM a file and COPY FROM a program pass', async () => {
    const script = "copy t to stdout; copy t from '/tmp/a'; copy t from program 'ls';"
    expect(await splitScript(script)).toHaveLength(3)
  })
})

test('a tree that the parser can not write down is refused, not a crash', async () => {
  const refusal = splitScript(`select ${"'a' || ".repeat(50_000)} 'b';`)
  await expect(refusal).rejects.toBeInstanceOf(QueryError)
  await expect(refusal).rejects.toMatchObject({ sqlState: '54001', position: { line: 1 } })
})
