import { describe, expect, test } from 'vitest'
import { render } from '../../src/report/report.ts'
import type { ResultDocument } from '../../src/report/result-document.ts'
import { greenRun, redBench, redRun, redVerify } from './documents.ts'
import { hostileRun } from './hostile.ts'

function show(document: ResultDocument): string {
  return render(document, 'github', { color: true, width: 80, verbose: true })
}

describe('github', () => {
  test('a red verify', () => {
    expect(show(redVerify)).toMatchInlineSnapshot(`
      "::error file=migrations/004_add.sql,line=19,title=Index Verification::idx_session is defined as declared%0Aexpected: btree (session_id) WHERE (source = 'Stop')%0Aactual: btree (session_id) WHERE (source = 'SessionEnd')
      ::error title=View Verification::summary answers as the events do%0Aexpected: alpha 1%0Abeta 2%0Agamma 3%0Adelta 4%0Aepsilon 5%0Aactual: alpha 1%0Abeta 2%0Agamma 3%0Adelta 5%0Aepsilon 5%0Azeta 6
      ::error title=Function Verification::score(text) is declared as it should be%0AE_QUERY: relation "summary" does not exist%0ALook at what 004_add.sql created.
      ::error title=Migration Metadata::Migration Metadata looked at everything it declares%0AE_CHECK_SHORT: Looked at 0 of 3 things.
      ::warning title=Performance Tests::summary is fast enough%0Askipped: nothing to time without rows
      ::notice title=hook-harness::FAILED 0/5 categories, 1/8 checks, 4 objects, 1 timing, 227 events, 3 sessions, rollback unclean, 2.41 s
      "
    `)
  })

  test('a red bench', () => {
    expect(show(redBench)).toMatchInlineSnapshot(`
      "::error title=Benchmark at 227 events::summary, every row%0Aexpected: 3 rows%0Aactual: 4 rows (the second sample)
      ::error title=Benchmark at 227 events::insert 1000 events%0AE_TIMING_VOID: value too long for type character varying(255)
      ::error title=Benchmark at 100k events::Benchmark at 100k events was measured%0AE_RUNG_UNBUILT: no space left on device
      ::notice title=hook-harness::FAILED 3/5 benchmarks, 2/3 scales, 4.20 s
      "
    `)
  })

  test('a green run is one notice', () => {
    expect(show(greenRun)).toMatchInlineSnapshot(`
      "::notice title=hook-harness::PASSED 8/8 categories, 8/8 checks, 4 objects, 2 timings, 227 events, 3 sessions, rollback clean, 1/1 benchmarks, 1/1 scales, 6.61 s
      "
    `)
  })

  test('hostile text stays in its own command, and its properties in their own', () => {
    const lines = show(hostileRun).trimEnd().split('\n')
    const spots = hostileRun.verify.blindSpots.length
    expect(lines.length).toBe(show(redRun).trimEnd().split('\n').length + spots)
    for (const line of lines) {
      expect(line).toMatch(/^::(?:error|warning|notice) (?:(?:file|line|title)=[^:,]*,?)+::/)
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
    }
    expect(lines[0]).toContain('%250A')
  })

  test('a file in the current folder has no folder', () => {
    for (const directory of ['', '.']) {
      const migrations = { ...redVerify.migrations, directory }
      expect(show({ ...redVerify, migrations })).toContain('::error file=004_add.sql,line=19,')
    }
    const migrations = { ...redVerify.migrations, directory: 'db/sql//' }
    expect(show({ ...redVerify, migrations })).toContain('::error file=db/sql/004_add.sql,line=19,')
  })
})
