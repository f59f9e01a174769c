import type { BenchDocument } from '../benchmark/result.ts'
import type { CategoryReport, RunStatus } from '../check/check.ts'
import type { ObjectFacts, VerifyDocument } from '../check/document.ts'
import { formatMs } from '../units.ts'
import { partsOf, type ResultDocument } from './result-document.ts'

/** The first word of the closing line, for scripts. */
export const verdicts: Readonly<Record<RunStatus, string>> = {
  passed: 'PASSED',
  failed: 'FAILED',
  unjudged: 'UNJUDGED',
}

/** `PASSED 8/8 categories, 214/214 checks, …, 2.41 s`: the whole document in one line, verdict first. */
export function closingLine(document: ResultDocument): string {
  const { verify, bench } = partsOf(document)
  const parts = [
    ...(verify === null ? [] : partsOfVerify(verify)),
    ...(bench === null ? [] : partsOfBench(bench)),
    formatMs(document.durationMs),
  ]
  return `${verdicts[document.status]} ${parts.join(', ')}`
}

/** Whether a category ran all that it declares, and every outcome passed; one that had nothing to look at shows nothing. */
export function isWhole(report: CategoryReport): boolean {
  return report.ran > 0 && report.ran >= report.declared && report.passed === report.ran
}

/** `7/7 categories`, of those that had something to look at. */
export function countWhole(categories: readonly CategoryReport[]): string {
  const looking = categories.filter((report) => outcomesOf(report) > 0)
  return `${looking.filter(isWhole).length}/${looking.length} categories`
}

/** How many outcomes a category should have: those it owes, or those that came where there were more. */
export function outcomesOf(report: CategoryReport): number {
  return Math.max(report.declared, report.ran)
}

/** Objects by kind: indexes, views and functions first, then the others in the order they came in. */
export function countKinds(
  objects: readonly ObjectFacts[],
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>([
    ['index', 0],
    ['view', 0],
    ['function', 0],
  ])
  for (const { kind } of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > 0)
}

/** `7 indexes`, `1 view`, `2 policies`. */
export function countOf(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`
  if (/(?:[sx]|ch|sh)$/.test(noun)) return `${count} ${noun}es`
  return `${count} ${/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ie` : noun}s`
}

function partsOfVerify(document: VerifyDocument): readonly string[] {
  const { categories, fixture } = document
  const passed = categories.reduce((sum, report) => sum + report.passed, 0)
  const owed = categories.reduce((sum, report) => sum + outcomesOf(report), 0)
  return [
    countWhole(categories),
    `${passed}/${owed} checks`,
    countOf(document.objects.length, 'object'),
    countOf(document.targets.length, 'timing'),
    countOf(fixture.events, 'event'),
    countOf(fixture.sessions, 'session'),
    `rollback ${document.rollback.verdict}`,
  ]
}

function partsOfBench(document: BenchDocument): readonly string[] {
  const measurements = document.rungs.flatMap((rung) => rung.measurements)
  const measured = measurements.filter(({ state }) => state === 'measured').length
  return [
    `${measured}/${measurements.length} benchmarks`,
    `${document.rungs.length}/${document.rungs.length + document.unbuilt.length} scales`,
  ]
}
