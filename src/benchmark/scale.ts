import { usageError } from '../errors.ts'
import { canonicalSize } from '../fixture/canonical.ts'
import type { Contract } from '../migration/contract.ts'

/** The sizes to measure at: those asked for, or what there is without. @throws {HarnessError} E_BENCH_SCALES, E_BENCH_FIXTURE */
export function chooseScales(
  { fixture, title }: Contract,
  scales: readonly number[] | undefined,
): readonly number[] {
  if (fixture === null) {
    if (scales === undefined) return [0]
    throw usageError(
      'E_BENCH_FIXTURE',
      `Migrations '${title}': found no fixture in their contract, expected 'hook-events' to fill tables up to a size`,
      'Leave out the sizes: the migrations are then timed on the rows that their base scripts insert.',
    )
  }
  checkScales(scales ?? [canonicalSize.events])
  return scales ?? [canonicalSize.events]
}

function checkScales(scales: readonly number[]): void {
  const isAscending = scales.every((scale, index) => scale > (scales[index - 1] ?? 0))
  const isWhole = scales.every((scale) => Number.isSafeInteger(scale))
  if (scales.length > 0 && isAscending && isWhole) return
  throw usageError(
    'E_BENCH_SCALES',
    `Scales '${scales.join(',')}': expected whole numbers of events above 0, in ascending order`,
  )
}
