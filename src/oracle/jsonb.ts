import { isLosslessNumber } from 'lossless-json'
import type { Json } from '../fixture/event.ts'
import { Exact } from './exact.ts'
import { compareText } from './order.ts'

type JsonObject = Readonly<Record<string, Json>>

/** A finite number as a key: equal keys are equal numbers. Text where a double would lose digits. */
export type NumberKey = number | string

const largestDouble = new Exact('1.7976931348623157e308')

function isObject(value: Json): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value)
  )
}

/** jsonb's `->`: the value under `key`; null when it is JSON null, missing, or `document` is not an object. */
export function valueAt(document: Json, key: string): Json {
  if (!isObject(document) || !Object.hasOwn(document, key)) return null
  return document[key] ?? null
}

/** jsonb's `->>`: the text of the value under `key`, as jsonb prints it; null where `valueAt` is null. */
export function textAt(document: Json, key: string): string | null {
  const value = valueAt(document, key)
  return value === null || typeof value === 'string' ? value : renderJsonb(value)
}

/** The value under `key` when it is a JSON number no larger than the largest double; otherwise null. */
export function numberAt(document: Json, key: string): NumberKey | null {
  const value = valueAt(document, key)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (!isLosslessNumber(value)) return null
  const exact = new Exact(value.value)
  return exact.abs().greaterThan(largestDouble) ? null : exact.toString()
}

/** Exponent written out, scale kept: `1.50e1` → `15.0`, `1e-3` → `0.001`, `-0` → `0`, as Postgres prints a numeric. */
function renderNumber(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const written = mantissa.split('.')[1]?.length ?? 0
  return new Exact(text).toFixed(Math.max(0, written - Number(exponent)))
}

/** jsonb keeps shorter keys (in UTF-8 bytes) first, equally long ones by their bytes. */
function compareKeys(left: string, right: string): number {
  return Buffer.byteLength(left) - Buffer.byteLength(right) || compareText(left, right)
}

/** JSON as Postgres prints a jsonb: keys in its order, `{"a": 1, "b": [1, 2]}`, numbers with their scale. */
export function renderJsonb(value: Json): string {
  if (typeof value === 'number') return renderNumber(JSON.stringify(value))
  if (isLosslessNumber(value)) return renderNumber(value.value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => renderJsonb(item)).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([left], [right]) => compareKeys(left, right))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${renderJsonb(item)}`).join(', ')}}`
}
