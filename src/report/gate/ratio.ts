import type { Detectable } from '../../gate/result.ts'

/** `1.07×`. */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(ratio >= 10 ? 1 : 2)}×`
}

/** `+7.2 %`, `−12 %`. */
export function formatChange(ratio: number): string {
  const percent = (ratio - 1) * 100
  const digits = Math.abs(percent) >= 10 ? 0 : 1
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(digits)} %`
}

/** What such blocks find nine times in ten, and what it takes to find less. */
export function describeDetectable({ ratio, wantedRatio, blocks }: Detectable): string {
  const now =
    ratio === null ? 'nothing is found in such noise' : `found from ${formatChange(ratio)} on`
  const more =
    blocks === null
      ? `no number of blocks finds ${formatChange(wantedRatio)}`
      : `${formatChange(wantedRatio)} would take some ${blocks} blocks`
  return `${now}; ${more}`
}
