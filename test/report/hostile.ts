import type { Measurement, Rung } from '../../src/benchmark/result.ts'
import { redRun } from './documents.ts'
import type { RunDocument } from '../../src/report/run-document.ts'

/** Everything that steers a terminal, ends a cell, closes an element, starts a command or can't be seen. */
export const hostileText =
  '::error::a\n::stop-commands::x\r\n]]> | `b` ``` <script>&amp; \u001B[31mred\u009B1m \u0000\uFFFE\uD800 \u202Egnp 👩‍👩‍👧 日本 %0A \\| $x$ * _ # ~ ![i](u)\ttab\u00A0'

/** The red run with every text that data may fill replaced, except where the type allows certain words only. */
export const hostileRun: RunDocument = {
  ...redRun,
  verify: {
    ...redRun.verify,
    migrations: { ...redRun.verify.migrations, title: hostileText, directory: hostileText },
    fixture: { ...redRun.verify.fixture, seed: hostileText },
    steps: redRun.verify.steps.map((step) => ({ ...step, file: hostileText })),
    objects: [{ kind: hostileText, identity: hostileText, place: { file: hostileText, line: 1 } }],
    rollback: { verdict: 'unclean', differences: [hostileText] },
    blindSpots: [{ what: hostileText, reason: hostileText }],
    targets: redRun.verify.targets.map((target) => ({ ...target, object: hostileText })),
    categories: redRun.verify.categories.map((report) => ({ ...report, title: hostileText })),
    findings: redRun.verify.findings.map((finding) => {
      const own = { ...finding, title: hostileText, place: { file: hostileText, line: 1 } }
      switch (own.status) {
        case 'passed':
          return { ...own, note: hostileText }
        case 'failed':
          return { ...own, expected: hostileText, actual: `${hostileText}\n${hostileText}` }
        case 'skipped':
          return { ...own, reason: hostileText }
        case 'errored':
          return {
            ...own,
            error: { code: hostileText, message: hostileText, hint: hostileText },
          }
      }
    }),
  },
  bench: {
    ...redRun.bench,
    rungs: redRun.bench.rungs.map(spoilRung),
    unbuilt: [{ scale: 1, reason: hostileText }],
    omitted: [{ scale: 1, reason: hostileText }],
  },
}

function spoilRung(rung: Rung): Rung {
  return { ...rung, measurements: rung.measurements.map(spoilMeasurement) }
}

function spoilMeasurement(measurement: Measurement): Measurement {
  const own = { ...measurement, title: hostileText, workloadId: hostileText }
  return own.state === 'void' ? { ...own, reason: hostileText } : own
}
