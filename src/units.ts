/** Microseconds in a millisecond, a second, a day: timestamptz counts in microseconds. */
export const usPerMs = 1_000
export const usPerSecond = 1_000_000
export const usPerDay: number = 86_400 * usPerSecond
export const msPerDay: number = usPerDay / usPerMs

/** The last whole second, in microseconds since 1970: where events end that are made now. */
export function currentSecondUs(): number {
  return Math.floor(Date.now() / 1_000) * usPerSecond
}

const multipliers: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000 }

/** Reads `227`, `10k`, `1.5m` as a whole number of rows; `undefined` for anything else, zero and fractions included. */
export function parseRows(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(text.trim())
  const multiplier = multipliers[match?.[2]?.toLowerCase() ?? '']
  if (match?.[1] === undefined || multiplier === undefined) return undefined
  const rows = Number(match[1]) * multiplier
  return Number.isSafeInteger(rows) && rows > 0 ? rows : undefined
}

/** `10000` → `10k`, `1500000` → `1.5m`, `227` → `227`: the shortest text that `parseRows` reads back. */
export function formatRows(rows: number): string {
  if (rows >= 1_000_000 && rows % 100_000 === 0) return `${rows / 1_000_000}m`
  if (rows >= 1_000 && rows % 100 === 0) return `${rows / 1_000}k`
  return String(rows)
}

/** Three significant digits and the unit: `0.48 ms`, `12.3 ms`, `1.24 s`. */
export function formatMs(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`
  if (ms >= 100) return `${ms.toFixed(0)} ms`
  if (ms >= 10) return `${ms.toFixed(1)} ms`
  return `${ms.toFixed(ms >= 1 ? 2 : 3)} ms`
}

/** Binary multiples: `8.0 KiB`, `1.4 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`
}

/** Reads `500m`, `20g`, `1.5t` or a plain number as bytes, in binary multiples; `undefined` for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?$/i.exec(text.trim())
  if (match?.[1] === undefined) return undefined
  const power = ['', 'k', 'm', 'g', 't'].indexOf(match[2]?.toLowerCase() ?? '')
  const bytes = Math.floor(Number(match[1]) * 1024 ** power)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
