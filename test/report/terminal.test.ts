import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { render } from '../../src/report/report.ts'
import type { ResultDocument } from '../../src/report/result-document.ts'
import { widthOf } from '../../src/report/text-width.ts'
import { greenBench, greenRun, greenVerify, redBench, redRun, redVerify } from './documents.ts'
import { hostileRun } from './hostile.ts'

function show(
  document: ResultDocument,
  options: { color?: boolean; width?: number; verbose?: boolean } = {},
): string {
  return render(document, 'terminal', { color: false, width: 80, verbose: false, ...options })
}

const wrong = {
  status: 'failed',
  title: 'summary answers as the events do',
  checkId: 'views/oracle',
  category: 'views',
  durationMs: 2,
} as const

const documents = { greenVerify, redVerify, greenBench, redBench, greenRun, redRun, hostileRun }

describe('terminal', () => {
  test('a green run', () => {
    expect(show(greenRun)).toMatchInlineSnapshot(`
      "Hook intelligence
        folder   migrations (its own contract)
        ignored  notes.txt
        engine   Postgres 18.6, pglite 0.5.16
        fixture  canonical: 227 events in 3 sessions, slim payload, seed hooks
        effort   standard
        harness  hook-harness 0.1.0, 2026-01-31T12:00:00.000Z
        machine  2 × Example CPU, linux x64, Node 20.19.0, load 0.41

      Steps
        ✓  base      000_base.sql      12 statements  40.2 ms
        ✓  up        004_add.sql       36 statements  51.0 ms
        ✓  rollback  004_rollback.sql    1 statement  9.00 ms

      Objects created · 4
        2 indexes, 1 view, 1 function

      Locks · on events, held until the commit
           file               line  lock              blocks                held  rows
        ✓  004_add.sql       19 +1  SHARE             writes             12.3 ms  100k
        ✓  004_rollback.sql      9  ACCESS EXCLUSIVE  reads and writes  0.500 ms  100k

      Targets · p95 below 100 ms with 95 % confidence at 100k events
           object            p50       p95      bound  faster
        ✓  summary      0.412 ms  0.480 ms   0.512 ms    195×
        –  score(text)   8.00 ms   9.00 ms  not shown       –

      Coverage · 7 of 9 reached by the rows of the checks
           object     columns  CASE arms  filters  reached
        ✓  2 indexes                                 100 %
        ✓  summary        2/2        1/1      1/1    100 %
        –  score          1/1        0/1      0/1     33 %
          · score: CASE WHEN n > 1 … ELSE: no row takes it
          · score: FILTER (WHERE done): it drops no row
          · score: body: not measured: it is written in plpgsql

      Benchmarks · p50, p75, p99
        227 events  3 sessions, slim payload, seed hooks, in memory
          ✓  score(text) of one session  0.450 ms  0.475 ms  0.499 ms
            2 samples · mean ±11.1 % · 1 row · 100 ms met · idx_session

      Write cost · with the migrations ÷ without them, in pairs, 95 % interval
                                 227
        one event  1.20× (1.10–1.30)

      Storage · + marks what the migrations added
                                   227
           table             128.0 KiB
           TOAST               8.0 KiB
           hook_events_pkey   16.0 KiB
        +  idx_session        16.0 KiB
        +  idx_unused          8.0 KiB
           total             168.0 KiB

      Categories
        ✓  Index Verification      1/1  12.3 ms
        ✓  View Verification       1/1  12.3 ms
        ✓  Function Verification   1/1  12.3 ms
        ✓  Performance Tests       1/1  12.3 ms
        ✓  Function Tests          1/1  12.3 ms
        ✓  Data Integrity          1/1  12.3 ms
        ✓  Backward Compatibility  1/1  12.3 ms
        ✓  Migration Metadata      1/1  12.3 ms

      Rollback
        ✓ clean: the catalog and every row are as they were before

      PASSED 8/8 categories, 8/8 checks, 4 objects, 2 timings, 227 events, 3 sessions, rollback clean, 1/1 benchmarks, 1/1 scales, 6.61 s
      "
    `)
  })

  test('a red run: what is wrong comes last, the worst right above the closing line', () => {
    expect(show(redRun)).toMatchInlineSnapshot(`
      "Hook intelligence
        folder   migrations (its own contract)
        ignored  notes.txt
        engine   Postgres 18.6, pglite 0.5.16
        fixture  canonical: 227 events in 3 sessions, slim payload, seed hooks
        effort   standard
        harness  hook-harness 0.1.0, 2026-01-31T12:00:00.000Z
        machine  2 × Example CPU, linux x64, Node 20.19.0, load 0.41

      Steps
        ✓  base      000_base.sql      12 statements  40.2 ms
        ✓  up        004_add.sql       36 statements  51.0 ms
        ✓  rollback  004_rollback.sql    1 statement  9.00 ms

      Objects created · 4
        2 indexes, 1 view, 1 function

      Locks · on events, held until the commit
           file               line  lock              blocks                held  rows
        ✓  004_add.sql       19 +1  SHARE             writes             12.3 ms  100k
        ✓  004_rollback.sql      9  ACCESS EXCLUSIVE  reads and writes  0.500 ms  100k

      Targets · p95 below 100 ms with 95 % confidence at 100k events
           object      p50     p95   bound  faster
        ✗  summary  120 ms  240 ms  250 ms   0.40×

      Coverage · 7 of 9 reached by the rows of the checks
           object     columns  CASE arms  filters  reached
        ✓  2 indexes                                 100 %
        ✓  summary        2/2        1/1      1/1    100 %
        –  score          1/1        0/1      0/1     33 %
          · score: CASE WHEN n > 1 … ELSE: no row takes it
          · score: FILTER (WHERE done): it drops no row
          · score: body: not measured: it is written in plpgsql

      Ladder · p50, p95; ✓ ✗ shown below the target or not, ≈ close, – few samples
                       227         10k
        score(text) of one session
          p50     0.450 ms     9.00 ms
          p95  ✓  0.495 ms  –  9.90 ms
            samples: 2, 2 · n log n or n over events of the session · p95 reaches the
            target: at about 340k events of the session (a guess) · other plan from
            10k
        summary, every row
          p50
          p95
            n log n or n · p95 reaches the target: not told; not before 2m events
        migrate
          p50
          p95
            growth not told: too few sizes
        1m left out: needs 3 minutes, 1 is left
        left out: samples beyond 5 of a workload that don't fit into 1.50 s, instead
                  of 6.00 s: the budget was 60.0 s

      Write cost · with the migrations ÷ without them, in pairs, 95 % interval
                                 227                10k
        one event  1.20× (1.10–1.30)  1.20× (1.10–1.30)

      Cold · first execution after its buffers were taken, and ÷ warm
                                        227              10k
        summary, every row  4.50 ms (11.3×)
        view/summary                         4.50 ms (11.3×)

      Index builds · the fastest of each
                         227      10k
        idx_session  1.10 ms  1.10 ms

      Index scans · while the workloads ran
                     227  10k
        idx_session   14   14
        idx_unused     0    0
        No workload scanned idx_unused at any size; that each can serve the query it
        exists for is what 'verify' proves.

      Bytes per event
                                     227   10k
        table                      577 B  13 B
        TOAST                       36 B   1 B
        indexes that were there     72 B   2 B
        indexes of the migrations  108 B   2 B
        in all                     758 B  17 B

      What each size took · memory is the most that the process had held by its end
                      227        10k
        time       900 ms     900 ms
        memory  700.0 MiB  700.0 MiB

      Foretold · p50 at the largest size, from the 3 smaller sizes alone
                                            95 %                foretold  measured
        ✓  score(text) of one session  10k  7.00 ms to 9.00 ms   8.00 ms   9.00 ms

      Storage · + marks what the migrations added
                                   227        10k
           table             128.0 KiB  128.0 KiB
           TOAST               8.0 KiB    8.0 KiB
           hook_events_pkey   16.0 KiB   16.0 KiB
        +  idx_session        16.0 KiB   16.0 KiB
        +  idx_unused          8.0 KiB    8.0 KiB
           total             168.0 KiB  168.0 KiB

      Categories
        ✗  Index Verification     1/2   12.3 ms  1 failed
        ✗  View Verification      0/1   12.3 ms  1 failed
        !  Function Verification  0/1   12.3 ms  1 errored
        –  Performance Tests      0/1   12.3 ms  1 skipped
        !  Migration Metadata     0/3  0.000 ms  nothing ran

      Rollback
        ✗ unclean: 2 differences
          · + function get_session_stats(uuid) …
          · - table notes

      Skipped · 1

        – summary is fast enough
          Performance Tests · performance/target
          why   nothing to time without rows

      Could not be judged · 4

        ! score(text) is declared as it should be
          Function Verification · functions/signature
          why   E_QUERY: relation "summary" does not exist
          hint  Look at what 004_add.sql created.

        ! Migration Metadata looked at everything it declares
          Migration Metadata · metadata
          why   E_CHECK_SHORT: Looked at 0 of 3 things.

        ! insert 1000 events
          Benchmark at 227 events · ingest/batch
          why   E_TIMING_VOID: value too long for type character varying(255)

        ! Benchmark at 100k events was measured
          Benchmark at 100k events · rung
          why   E_RUNG_UNBUILT: no space left on device

      Failed · 3

        ✗ idx_session is defined as declared
          migrations/004_add.sql:19
          Index Verification · indexes/definition
          expected  btree (session_id) WHERE (source = 'Stop')
          actual    btree (session_id) WHERE (source = 'SessionEnd')
                                                         ^^^^^^^^^

        ✗ summary answers as the events do
          View Verification · views/oracle
          - expected  + actual
            alpha 1
            beta 2
            gamma 3
          - delta 4
          + delta 5
            epsilon 5
          + zeta 6

        ✗ summary, every row
          Benchmark at 227 events · view/summary
          expected  3 rows
          actual    4 rows (the second sample)

      FAILED 0/5 categories, 1/8 checks, 4 objects, 1 timing, 227 events, 3 sessions, rollback unclean, 3/5 benchmarks, 2/3 scales, 6.61 s
      "
    `)
  })

  test.each(Object.entries(documents))('%s: no line is wider than the page', (_, document) => {
    for (const width of [1, 60, 80, 100, 400]) {
      const lines = show(document, { width, verbose: true }).trimEnd().split('\n')
      const widest = Math.max(...lines.slice(0, -1).map(widthOf))
      expect(widest).toBeLessThanOrEqual(Math.min(100, Math.max(60, width)))
    }
  })

  test.each(Object.entries(documents))('%s: colour adds escapes, nothing else', (_, document) => {
    const plain = show(document)
    const colored = show(document, { color: true })
    expect(plain).not.toContain('\u001B')
    expect(colored).toContain('\u001B')
    expect(stripVTControlCharacters(colored)).toBe(plain)
  })

  test('the closing line is one line, and the last', () => {
    expect(show(redRun).trimEnd().split('\n').at(-1)).toMatch(/^FAILED 0\/5 categories, .* s$/)
    expect(show({ ...redVerify, status: 'unjudged' })).toMatch(/\nUNJUDGED 0\/5 .* 2\.41 s\n$/)
    expect(show(greenVerify)).toMatch(
      /\nPASSED 8\/8 categories, 8\/8 checks, 4 objects, 2 timings, 227 events, 3 sessions, rollback clean, 2\.41 s\n$/,
    )
    expect(show(greenBench)).toMatch(/\nPASSED 1\/1 benchmarks, 1\/1 scales, 4\.20 s\n$/)
  })

  test('what passed is listed for those who ask', () => {
    expect(show(redVerify)).not.toContain('valid and ready')
    expect(show(redVerify, { verbose: true })).toMatch(/✓ indexes hold\n {4}valid and ready\n/)
  })

  test('a category that ran too little is told, whatever the document says', () => {
    const categories = greenVerify.categories.map((report) => ({ ...report, declared: 2 }))
    const text = show({ ...greenVerify, categories })
    expect(text).toContain('PASSED 0/8 categories, 8/16 checks')
    expect(text).toContain('E_CHECK_SHORT: Looked at 1 of 2 things.')
    expect(text).toContain('1 missing')
  })

  test('nothing judged looks like nothing judged', () => {
    const text = show({ ...greenVerify, status: 'unjudged', categories: [], findings: [] })
    expect(text).toContain('none was judged')
    expect(text).toContain('UNJUDGED 0/0 categories, 0/0 checks')
  })

  test('a long comparison is cut, and says so', () => {
    const expected = Array.from({ length: 100 }, (_, row) => `row ${row}`).join('\n')
    const text = show({
      ...redVerify,
      findings: [{ ...wrong, expected, actual: 'x'.repeat(5_000) }],
    })
    expect(text).toContain('- row 39')
    expect(text).not.toContain('- row 40')
    expect(text).toContain('… 61 more lines: see the JSON report')
  })

  test('a long text on one line is cut, and says so', () => {
    const text = show({
      ...redVerify,
      findings: [{ ...wrong, expected: 'y', actual: 'x'.repeat(5_000) }],
    })
    expect(text).toContain('(3000 more characters: see the JSON report)')
  })

  test('hostile text steers nothing and starts no line of its own', () => {
    const text = show(hostileRun, { verbose: true })
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u)
    expect(text).not.toMatch(/^\s*::/m)
    expect(text).toContain(String.raw`\u001b[31mred`)
  })
})
