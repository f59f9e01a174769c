import type { BenchDocument, Measurement } from '../benchmark/result.ts'
import type { CategoryReport, Outcome, Place } from '../check/check.ts'
import type { VerifyDocument } from '../check/document.ts'
import type { MigrationFacts } from '../provenance.ts'
import { formatRows } from '../units.ts'
import { countOf } from './closing-line.ts'
import { partsOf, type ResultDocument } from './result-document.ts'

/** Whatever keeps a document from being green: what, where and why. */
export type Trouble = Exclude<Outcome, { readonly status: 'passed' }> & {
  /** The check or the workload. */
  readonly id: string
  /** The category, or the rung of the ladder. */
  readonly group: string
}

type Unjudged = Extract<Outcome, { readonly status: 'errored' }>

/** All of them, the failed first, then the errored, then the skipped; places as paths from where the folder was named. */
export function troublesOf(document: ResultDocument): readonly Trouble[] {
  const { verify, bench } = partsOf(document)
  const troubles = [
    ...(verify === null ? [] : troublesOfVerify(verify)),
    ...(bench === null ? [] : troublesOfBench(bench)),
  ]
  return (['failed', 'errored', 'skipped'] as const).flatMap((status) =>
    troubles.filter((trouble) => trouble.status === status),
  )
}

/** The path of a migration file, from where the folder was named. */
export function pathOf(migrations: MigrationFacts, file: string): string {
  const directory = migrations.directory.replace(/\/+$/, '')
  return directory === '' || directory === '.' ? file : `${directory}/${file}`
}

export function groupOfScale(scale: number): string {
  return `Benchmark at ${formatRows(scale)} events`
}

function troublesOfVerify(document: VerifyDocument): readonly Trouble[] {
  const titleOf = new Map(document.categories.map(({ category, title }) => [category, title]))
  const findings = document.findings.flatMap((finding): readonly Trouble[] => {
    if (finding.status === 'passed') return []
    const place = locate(document.migrations, finding.place)
    const group = titleOf.get(finding.category) ?? finding.category
    return [{ ...finding, ...place, id: finding.checkId, group }]
  })
  return [...findings, ...document.categories.flatMap(troubleOfCategory)]
}

/** A category that says less than it declares must not look green, even where no finding tells why. */
export function troubleOfCategory(report: CategoryReport): readonly Trouble[] {
  if (report.ran >= report.declared || report.errored > 0) return []
  const message = `Looked at ${report.ran} of ${report.declared} things.`
  return [
    {
      status: 'errored',
      title: `${report.title} looked at everything it declares`,
      error: { code: 'E_CHECK_SHORT', message },
      id: report.category,
      group: report.title,
    },
  ]
}

function locate(migrations: MigrationFacts, place: Place | undefined): { readonly place?: Place } {
  return place === undefined ? {} : { place: { ...place, file: pathOf(migrations, place.file) } }
}

function troublesOfBench(document: BenchDocument): readonly Trouble[] {
  const unbuilt = document.unbuilt.map((rung): Trouble => {
    const group = groupOfScale(rung.scale)
    return { ...judgeUnbuilt(rung), id: 'rung', group }
  })
  const measured = document.rungs.flatMap(({ scale, measurements }) =>
    measurements.flatMap((measurement): readonly Trouble[] => {
      const outcome = judgeMeasurement(measurement)
      if (outcome.status === 'passed') return []
      return [{ ...outcome, id: measurement.workloadId, group: groupOfScale(scale) }]
    }),
  )
  return [...measured, ...unbuilt]
}

/** A wrong answer failed, no answer is errored. A missed target is neither: it is a result. */
export function judgeMeasurement(measurement: Measurement): Outcome {
  const { title } = measurement
  if (measurement.state === 'measured') return { status: 'passed', title }
  const { fault, reason, mismatch, expected = 'the answer due' } = measurement
  if (fault === 'error') {
    return { status: 'errored', title, error: { code: 'E_TIMING_VOID', message: reason } }
  }
  return {
    status: 'failed',
    title,
    expected: mismatch === undefined ? expected : countOf(mismatch.expectedRows, 'row'),
    actual: mismatch === undefined ? reason : `${countOf(mismatch.actualRows, 'row')} (${reason})`,
  }
}

export function judgeUnbuilt({ scale, reason }: BenchDocument['unbuilt'][number]): Unjudged {
  const title = `${groupOfScale(scale)} was measured`
  return { status: 'errored', title, error: { code: 'E_RUNG_UNBUILT', message: reason } }
}
