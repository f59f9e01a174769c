import { describe, expect, test } from 'vitest'
import { render } from '../../src/report/report.ts'
import type { ResultDocument } from '../../src/report/result-document.ts'
import { greenBench, greenRun, redBench, redRun, redVerify } from './documents.ts'
import { hostileRun, hostileText } from './hostile.ts'
import { readXml, type Element } from './well-formed.ts'

function show(document: ResultDocument): string {
  return render(document, 'junit', { color: true, width: 80, verbose: true })
}

/** Elements of one name at any depth. */
function all(element: Element, name: string): Element[] {
  const own = element.name === name ? [element] : []
  return [...own, ...element.children.flatMap((child) => all(child, name))]
}

describe('junit', () => {
  test('a red verify', () => {
    expect(show(redVerify)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="Hook intelligence" tests="6" failures="2" errors="2" skipped="1" time="2.410000">
        <testsuite name="Index Verification" tests="2" failures="1" errors="0" skipped="0" time="0.013840" timestamp="2026-01-31T12:00:00.000Z">
          <testcase name="indexes/all indexes hold" classname="Index Verification" time="0.012340"/>
          <testcase name="indexes/definition idx_session is defined as declared" classname="Index Verification" time="0.001500" file="migrations/004_add.sql" line="19">
            <failure message="idx_session is defined as declared" type="failed">expected: btree (session_id) WHERE (source = 'Stop')
      actual: btree (session_id) WHERE (source = 'SessionEnd')</failure>
          </testcase>
        </testsuite>
        <testsuite name="View Verification" tests="1" failures="1" errors="0" skipped="0" time="0.002000" timestamp="2026-01-31T12:00:00.000Z">
          <testcase name="views/oracle summary answers as the events do" classname="View Verification" time="0.002000">
            <failure message="summary answers as the events do" type="failed">expected: alpha 1
      beta 2
      gamma 3
      delta 4
      epsilon 5
      actual: alpha 1
      beta 2
      gamma 3
      delta 5
      epsilon 5
      zeta 6</failure>
          </testcase>
        </testsuite>
        <testsuite name="Function Verification" tests="1" failures="0" errors="1" skipped="0" time="0.003000" timestamp="2026-01-31T12:00:00.000Z">
          <testcase name="functions/signature score(text) is declared as it should be" classname="Function Verification" time="0.003000">
            <error message="relation &quot;summary&quot; does not exist" type="E_QUERY">relation "summary" does not exist
      Look at what 004_add.sql created.</error>
          </testcase>
        </testsuite>
        <testsuite name="Performance Tests" tests="1" failures="0" errors="0" skipped="1" time="0.000000" timestamp="2026-01-31T12:00:00.000Z">
          <testcase name="performance/target summary is fast enough" classname="Performance Tests" time="0.000000">
            <skipped message="nothing to time without rows"/>
          </testcase>
        </testsuite>
        <testsuite name="Migration Metadata" tests="1" failures="0" errors="1" skipped="0" time="0.000000" timestamp="2026-01-31T12:00:00.000Z">
          <testcase name="metadata Migration Metadata looked at everything it declares" classname="Migration Metadata" time="0.000000">
            <error message="Looked at 0 of 3 things." type="E_CHECK_SHORT">Looked at 0 of 3 things.</error>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `)
  })

  test('a suite a category and rung, a case a finding and measurement, counts that add up', () => {
    for (const document of [greenBench, greenRun, redBench, redRun, hostileRun]) {
      const root = readXml(show(document))
      expect(root.name).toBe('testsuites')
      for (const suite of [root, ...root.children]) {
        const count = (name: string): string => String(all(suite, name).length)
        expect(suite.attributes).toMatchObject({
          tests: count('testcase'),
          failures: count('failure'),
          errors: count('error'),
          skipped: count('skipped'),
        })
      }
    }
    const suites = readXml(show(redRun)).children.map(({ attributes }) => attributes['name'])
    expect(suites).toEqual([
      ...redVerify.categories.map(({ title }) => title),
      'Benchmark at 227 events',
      'Benchmark at 10k events',
      'Benchmark at 100k events',
    ])
  })

  test('a timing without an answer is an error, a wrong answer a failure', () => {
    const root = readXml(show(redBench))
    expect(all(root, 'failure').map(({ text }) => text)).toEqual([
      'expected: 3 rows\nactual: 4 rows (the second sample)',
    ])
    expect(all(root, 'error').map(({ attributes }) => attributes['type'])).toEqual([
      'E_TIMING_VOID',
      'E_RUNG_UNBUILT',
    ])
  })

  test('times are seconds', () => {
    const root = readXml(show({ ...redVerify, durationMs: 2_410 }))
    expect(root.attributes['time']).toBe('2.410000')
    expect(all(root, 'testcase')[1]?.attributes).toMatchObject({
      time: '0.001500',
      file: 'migrations/004_add.sql',
      line: '19',
    })
  })

  test('hostile text comes back as it was, but for what XML can not hold', () => {
    const legal = hostileText
      .replaceAll('\u001B', String.raw`\u001b`)
      .replaceAll('\0', String.raw`\u0000`)
      .replaceAll('\uFFFE', String.raw`\ufffe`)
      .replaceAll('\uD800', String.raw`\ud800`)
    const root = readXml(show(hostileRun))
    expect(root.attributes['name']).toBe(legal)
    expect(all(root, 'failure')[0]?.text).toBe(`expected: ${legal}\nactual: ${legal}\n${legal}`)
  })

  test('the reader refuses what is not well-formed', () => {
    for (const broken of [
      '<a>',
      '<a></b>',
      '<a>&</a>',
      '<a>]]></a>',
      '<a b="<"/>',
      '<a/><a/>',
      'x<a/>&',
    ]) {
      expect(() => readXml(broken)).toThrow('not well-formed')
    }
  })
})
