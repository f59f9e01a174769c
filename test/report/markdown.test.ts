import { describe, expect, test } from 'vitest'
import { render } from '../../src/report/report.ts'
import type { ResultDocument } from '../../src/report/result-document.ts'
import { greenBench, greenVerify, redRun } from './documents.ts'
import { hostileRun } from './hostile.ts'

function show(document: ResultDocument): string {
  return render(document, 'markdown', { color: false, width: 80, verbose: false })
}

/** Of every table the numbers of cells in its rows, cut where GitHub cuts them: at pipes that no backslash escapes. */
function tableWidthsOf(markdown: string): number[][] {
  const tables: number[][] = []
  let isInside = false
  for (const line of withoutFences(markdown)) {
    const isRow = line.startsWith('|')
    if (isRow && !isInside) tables.push([])
    if (isRow) tables.at(-1)?.push(Array.from(line.matchAll(/(?:\\.|[^|\\])+/g)).length)
    isInside = isRow
  }
  return tables
}

function withoutFences(markdown: string): string[] {
  let fence = ''
  return markdown.split('\n').filter((line) => {
    const [mark = ''] = /^`{3,}/.exec(line) ?? []
    if (fence === '' && mark !== '') {
      fence = mark
      return false
    }
    if (fence !== '' && line === fence) {
      fence = ''
      return false
    }
    return fence === ''
  })
}

describe('markdown', () => {
  test('a green verify', () => {
    expect(show(greenVerify)).toMatchInlineSnapshot(`
      "# Delivery summary: Hook intelligence

      **PASSED 8/8 categories, 8/8 checks, 4 objects, 2 timings, 227 events, 3 sessions, rollback clean, 2.41 s**

      ## Executive summary

      |  |  |
      | --- | --- |
      | Verdict | PASSED |
      | Migrations | \`migrations\` |
      | Contract | the folder's own |
      | Ignored files | \`notes.txt\` |
      | Engine | Postgres 18.6, pglite 0.5.16 |
      | Fixture | canonical: 227 events, 3 sessions, slim payload, seed \`hooks\` |
      | Effort | standard |
      | Machine | 2 × Example CPU, 4.0 GiB, linux x64, Node 20.19.0, load 0.41 |
      | Started | 2026-01-31T12:00:00.000Z |
      | Took | 2.41 s |
      | Harness | 0.1.0 |

      ## Objects created

      4 in all: 2 indexes, 1 view, 1 function.

      | Kind | Object | Statement |
      | --- | --- | --- |
      | function | \`score(text)\` | \`migrations/004_add.sql:80\` |
      | index | \`idx_session\` | \`migrations/004_add.sql:19\` |
      | view | \`summary\` |  |
      | index | \`idx_agent\` |  |

      ## Results

      |  | Category | Declared | Ran | Passed | Failed | Errored | Skipped | Time |
      | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
      | ✓ | Index Verification | 1 | 1 | 1 | 0 | 0 | 0 | 12.3 ms |
      | ✓ | View Verification | 1 | 1 | 1 | 0 | 0 | 0 | 12.3 ms |
      | ✓ | Function Verification | 1 | 1 | 1 | 0 | 0 | 0 | 12.3 ms |
      | ✓ | Performance Tests | 1 | 1 | 1 | 0 | 0 | 0 | 12.3 ms |
      | ✓ | Function Tests | 1 | 1 | 1 | 0 | 0 | 0 | 12.3 ms |
      | ✓ | Data Integrity | 1 | 1 | 1 | 0 | 0 | 0 | 12.3 ms |
      | ✓ | Backward Compatibility | 1 | 1 | 1 | 0 | 0 | 0 | 12.3 ms |
      | ✓ | Migration Metadata | 1 | 1 | 1 | 0 | 0 | 0 | 12.3 ms |

      ## Targets

      The bound is the upper one of p95 with 95 % confidence at 100k events; faster is target ÷ bound.

      | Object | Samples | p50 | p95 | Bound | Target | Claim | Faster |
      | --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |
      | \`summary\` | 100 | 0.412 ms | 0.480 ms | 0.512 ms | 100 ms | met | 195× |
      | \`score(text)\` | 12 | 8.00 ms | 9.00 ms | not shown | 100 ms | not shown | – |

      ## Coverage

      7 of 9 reached by the rows of the checks: indexes in a plan, columns with a value, arms of a CASE taken, filters that both keep and drop rows.

      | Object | Columns | CASE arms | Filters | Reached |
      | --- | ---: | ---: | ---: | ---: |
      | \`2 indexes\` |  |  |  | 100 % |
      | \`summary\` | 2 of 2 | 1 of 1 | 1 of 1 | 100 % |
      | \`score\` | 1 of 1 | 0 of 1 | 0 of 1 | 33 % |

      Not reached, or not measured:

      - \`score\`: \`CASE WHEN n > 1 … ELSE\`: no row takes it
      - \`score\`: \`FILTER (WHERE done)\`: it drops no row
      - \`score\`: \`body\`: not measured: it is written in plpgsql

      ## Scripts

      | Role | File | Statements | Time | Outcome |
      | --- | --- | ---: | ---: | --- |
      | base | \`000_base.sql\` | 12 | 40.2 ms | applied |
      | up | \`004_add.sql\` | 36 | 51.0 ms | applied |
      | rollback | \`004_rollback.sql\` | 1 | 9.00 ms | applied |

      ## Locks

      What each statement locked of the tables that existed before, until the end of its transaction.

      | Statement | Table | Lock | Blocks | Held | Rows | Rewritten | Allowed |
      | --- | --- | --- | --- | ---: | ---: | --- | --- |
      | \`migrations/004_add.sql:19\` | \`public.events\` | SHARE | writes | 12.3 ms | 100000 | no | CREATE INDEX reads the table |
      | \`migrations/004_add.sql:24\` | \`public.events\` | SHARE | writes | 7.50 ms | 100000 | no | CREATE INDEX reads the table |
      | \`migrations/004_add.sql:80\` | \`public.events\` | ACCESS SHARE | nothing | 4.00 ms | 100000 | no |  |
      | \`migrations/004_rollback.sql:9\` | \`public.events\` | ACCESS EXCLUSIVE | reads and writes | 0.500 ms | 100000 | no | DROP INDEX takes it for a moment |

      ## Rollback

      Clean: the catalog and every row are as they were before.

      ## Success criteria

      |  | Criterion | State | Evidence |
      | --- | --- | --- | --- |
      | ✓ | Every index is as declared, valid and useful | met | Index Verification: 1 passed, 0 failed, 1 of 1 ran |
      | ✓ | Every view has the declared columns, order and totals | met | View Verification: 1 passed, 0 failed, 1 of 1 ran |
      | ✓ | Every function has the declared signature and properties | met | Function Verification: 1 passed, 0 failed, 1 of 1 ran |
      | ✓ | Every object was timed against its target | met | Performance Tests: 1 passed, 0 failed, 1 of 1 ran |
      | ✓ | Every answer is the one the events give | met | Function Tests: 1 passed, 0 failed, 1 of 1 ran |
      | ✓ | No row of the data is changed or lost | met | Data Integrity: 1 passed, 0 failed, 1 of 1 ran |
      | ✓ | What worked before the migrations works the same after them | met | Backward Compatibility: 1 passed, 0 failed, 1 of 1 ran |
      | ✓ | The record of the migrations is true | met | Migration Metadata: 1 passed, 0 failed, 1 of 1 ran |
      | – | p95 of every object is below its target, with 95 % confidence | not judged | 1 of 2 met, 0 missed |
      | ✓ | The rollback leaves the catalog and every row as they were | met | clean, 0 differences |
      | ✓ | Every script applies | met | 3 of 3 applied |
      | – | Every benchmark gave the answer due | not judged | no benchmarks |

      ## Failures

      None.
      "
    `)
  })

  test('a red run unfolds each of its troubles', () => {
    const text = show(redRun)
    expect(text.slice(text.indexOf('## Success criteria'))).toMatchInlineSnapshot(`
      "## Success criteria

      |  | Criterion | State | Evidence |
      | --- | --- | --- | --- |
      | ✗ | Every index is as declared, valid and useful | missed | Index Verification: 1 passed, 1 failed, 2 of 2 ran |
      | ✗ | Every view has the declared columns, order and totals | missed | View Verification: 0 passed, 1 failed, 1 of 1 ran |
      | – | Every function has the declared signature and properties | not judged | Function Verification: 0 passed, 0 failed, 1 of 1 ran |
      | – | Every object was timed against its target | not judged | Performance Tests: 0 passed, 0 failed, 1 of 1 ran |
      | – | Every answer is the one the events give | not judged | category did not run |
      | – | No row of the data is changed or lost | not judged | category did not run |
      | – | What worked before the migrations works the same after them | not judged | category did not run |
      | – | The record of the migrations is true | not judged | Migration Metadata: 0 passed, 0 failed, 0 of 3 ran |
      | ✗ | p95 of every object is below its target, with 95 % confidence | missed | 0 of 1 met, 1 missed |
      | ✗ | The rollback leaves the catalog and every row as they were | missed | unclean, 2 differences |
      | ✓ | Every script applies | met | 3 of 3 applied |
      | ✗ | Every benchmark gave the answer due | missed | 3 of 5 measured, 2 scales absent |

      ## Failures

      8 findings to look at.

      <details>
      <summary>failed: idx_session is defined as declared</summary>

      Index Verification, \`indexes/definition\`, \`migrations/004_add.sql:19\`

      \`\`\`diff
      - btree (session_id) WHERE (source = 'Stop')
      + btree (session_id) WHERE (source = 'SessionEnd')
      \`\`\`

      </details>

      <details>
      <summary>failed: summary answers as the events do</summary>

      View Verification, \`views/oracle\`

      \`\`\`diff
        alpha 1
        beta 2
        gamma 3
      - delta 4
      + delta 5
        epsilon 5
      + zeta 6
      \`\`\`

      </details>

      <details>
      <summary>failed: summary, every row</summary>

      Benchmark at 227 events, \`view/summary\`

      \`\`\`diff
      - 3 rows
      + 4 rows (the second sample)
      \`\`\`

      </details>

      <details>
      <summary>errored: score(text) is declared as it should be</summary>

      Function Verification, \`functions/signature\`

      \`\`\`text
      E_QUERY: relation "summary" does not exist
      \`\`\`

      Look at what 004\\_add.sql created.

      </details>

      <details>
      <summary>errored: Migration Metadata looked at everything it declares</summary>

      Migration Metadata, \`metadata\`

      \`\`\`text
      E_CHECK_SHORT: Looked at 0 of 3 things.
      \`\`\`

      </details>

      <details>
      <summary>errored: insert 1000 events</summary>

      Benchmark at 227 events, \`ingest/batch\`

      \`\`\`text
      E_TIMING_VOID: value too long for type character varying(255)
      \`\`\`

      </details>

      <details>
      <summary>errored: Benchmark at 100k events was measured</summary>

      Benchmark at 100k events, \`rung\`

      \`\`\`text
      E_RUNG_UNBUILT: no space left on device
      \`\`\`

      </details>

      <details>
      <summary>skipped: summary is fast enough</summary>

      Performance Tests, \`performance/target\`

      nothing to time without rows

      </details>
      "
    `)
  })

  test('a criterion that was not judged says so', () => {
    const criteria = show(greenBench)
      .split('\n')
      .filter((line) => / \| (?:met|missed|not judged) \| /.test(line))
    expect(criteria).toHaveLength(12)
    expect(criteria.filter((line) => line.includes('| not judged |'))).toHaveLength(11)
    expect(criteria.at(-1)).toContain('1 of 1 measured, 0 scales absent')
  })

  test('an empty document meets no criterion', () => {
    const text = show({
      ...greenVerify,
      status: 'unjudged',
      steps: [],
      objects: [],
      targets: [],
      categories: [],
      findings: [],
      rollback: { verdict: 'unjudged', differences: [] },
    })
    expect(text).not.toContain('| met |')
    expect(text).toContain('No category ran.')
    expect(text).toContain('Nothing was timed.')
  })

  test('hostile text ends no cell, closes no fence, opens no element', () => {
    const text = show(hostileRun)
    const tables = tableWidthsOf(text)
    expect(tables.length).toBe(tableWidthsOf(show(redRun)).length)
    for (const widths of tables) expect(new Set(widths).size).toBe(1)
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u)
    expect(withoutFences(text).join('\n')).not.toContain('<script>')
  })
})
