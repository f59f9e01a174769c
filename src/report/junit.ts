import type { Outcome, Place } from '../check/check.ts'
import type { BenchDocument } from '../benchmark/result.ts'
import type { BlindSpot, VerifyDocument } from '../check/document.ts'
import type { MatrixDocument } from '../check/matrix.ts'
import { blindSpotsTitle, mergeBlindSpots } from './blind-spot.ts'
import { catalogsTitle, judgeComparison, titleOfVersion } from './matrix-trouble.ts'
import { partsOf, type ResultDocument } from './result-document.ts'
import {
  groupOfScale,
  judgeMeasurement,
  judgeUnbuilt,
  pathOf,
  troubleOfCategory,
} from './trouble.ts'

interface TestCase {
  readonly outcome: Outcome
  readonly id: string
  readonly durationMs: number
}

export interface TestSuite {
  readonly title: string
  readonly cases: readonly TestCase[]
}

/** JUnit's XML: a suite a category (or rung), a case a finding (or measurement); times in seconds. */
export function renderJunit(document: ResultDocument): string {
  const { verify, bench, migrations, provenance } = partsOf(document)
  const suites = [
    ...(verify === null ? [] : [...suitesOfVerify(verify), ...suiteOf(verify.blindSpots)]),
    ...(bench === null ? [] : suitesOfBench(bench)),
  ]
  return renderSuites(migrations.title, suites, document.durationMs, provenance.startedAt)
}

/** As `renderJunit`: each version's suites under its name, then one whose cases are the comparisons. */
export function renderJunitOfMatrix(document: MatrixDocument): string {
  const suites = document.documents.flatMap((one) =>
    suitesOfVerify(one).map(({ title, cases }) => ({
      title: `${titleOfVersion(one)}: ${title}`,
      cases,
    })),
  )
  const compared = document.comparisons.map((comparison) => ({
    outcome: judgeComparison(comparison),
    id: 'matrix/catalog',
    durationMs: 0,
  }))
  const [first] = document.documents
  return renderSuites(
    first?.migrations.title ?? '',
    [
      ...suites,
      { title: catalogsTitle, cases: compared },
      ...suiteOf(mergeBlindSpots(document.documents)),
    ],
    document.durationMs,
    first?.provenance.startedAt ?? '',
  )
}

export function renderSuites(
  name: string,
  suites: readonly TestSuite[],
  durationMs: number,
  startedAt: string,
): string {
  const all = suites.flatMap(({ cases }) => cases)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...tally(all), time: seconds(durationMs) })}>`,
    ...suites.flatMap((suite) => renderSuite(suite, startedAt)),
    '</testsuites>',
    '',
  ].join('\n')
}

function suitesOfVerify(document: VerifyDocument): readonly TestSuite[] {
  return document.categories.map((report) => ({
    title: report.title,
    cases: [
      ...document.findings
        .filter(({ category }) => category === report.category)
        .map((finding) => ({
          outcome: placed(finding, (file) => pathOf(document.migrations, file)),
          id: finding.checkId,
          durationMs: finding.durationMs,
        })),
      ...troubleOfCategory(report).map((trouble) => ({
        outcome: trouble,
        id: trouble.id,
        durationMs: 0,
      })),
    ],
  }))
}

/** A suite of its own: nothing ran, and that is worth a line. */
function suiteOf(spots: readonly BlindSpot[]): readonly TestSuite[] {
  if (spots.length === 0) return []
  const cases = spots.map(({ what, reason }) => ({
    outcome: { status: 'skipped', title: what, reason } as const,
    id: 'blind-spot',
    durationMs: 0,
  }))
  return [{ title: blindSpotsTitle, cases }]
}

function placed(outcome: Outcome, path: (file: string) => string): Outcome {
  const { place } = outcome
  return place === undefined ? outcome : { ...outcome, place: { ...place, file: path(place.file) } }
}

function suitesOfBench(document: BenchDocument): readonly TestSuite[] {
  const measured = document.rungs.map(({ scale, measurements }) => ({
    title: groupOfScale(scale),
    cases: measurements.map((measurement) => ({
      outcome: judgeMeasurement(measurement),
      id: measurement.workloadId,
      durationMs:
        measurement.state === 'void'
          ? 0
          : measurement.samples.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
    })),
  }))
  const unbuilt = document.unbuilt.map((rung) => ({
    title: groupOfScale(rung.scale),
    cases: [{ outcome: judgeUnbuilt(rung), id: 'rung', durationMs: 0 }],
  }))
  return [...measured, ...unbuilt]
}

function renderSuite({ title, cases }: TestSuite, timestamp: string): readonly string[] {
  const durationMs = cases.reduce((sum, testCase) => sum + testCase.durationMs, 0)
  return [
    `  <testsuite${attributes({ name: title, ...tally(cases), time: seconds(durationMs), timestamp })}>`,
    ...cases.flatMap((testCase) => renderCase(testCase, title)),
    '  </testsuite>',
  ]
}

function renderCase({ outcome, id, durationMs }: TestCase, classname: string): readonly string[] {
  const head = `    <testcase${attributes({
    name: `${id} ${outcome.title}`,
    classname,
    time: seconds(durationMs),
    ...attributesOfPlace(outcome.place),
  })}`
  const body = renderOutcome(outcome)
  return body === '' ? [`${head}/>`] : [`${head}>`, `      ${body}`, '    </testcase>']
}

function renderOutcome(outcome: Outcome): string {
  switch (outcome.status) {
    case 'passed':
      return ''
    case 'skipped':
      return `<skipped${attributes({ message: outcome.reason })}/>`
    case 'failed': {
      const { expected, actual } = outcome
      const text = `expected: ${expected}\nactual: ${actual}`
      return `<failure${attributes({ message: outcome.title, type: 'failed' })}>${escapeXml(text)}</failure>`
    }
    case 'errored': {
      const { code, message, hint } = outcome.error
      const text = hint === undefined ? message : `${message}\n${hint}`
      return `<error${attributes({ message, type: code })}>${escapeXml(text)}</error>`
    }
  }
}

function attributesOfPlace(place: Place | undefined): Readonly<Record<string, string>> {
  return place === undefined ? {} : { file: place.file, line: String(place.line) }
}

function tally(cases: readonly TestCase[]): Readonly<Record<string, string>> {
  const count = (status: Outcome['status']): string =>
    String(cases.filter(({ outcome }) => outcome.status === status).length)
  return {
    tests: String(cases.length),
    failures: count('failed'),
    errors: count('errored'),
    skipped: count('skipped'),
  }
}

function seconds(durationMs: number): string {
  return (durationMs / 1_000).toFixed(6)
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join('')
}

/** A parser turns line breaks and tabs of an attribute into spaces, unless they are written as references. */
function escapeAttribute(text: string): string {
  return escapeXml(text)
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#9;')
}

/** Everything outside the production Char of XML 1.0, which no escape can bring in. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

function escapeXml(text: string): string {
  return text
    .replace(illegal, (character) => {
      const code = (character.codePointAt(0) ?? 0).toString(16)
      return `\\u${code.padStart(4, '0')}`
    })
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}
