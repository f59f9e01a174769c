import type { MatrixDocument } from '../check/matrix.ts'
import { HarnessError } from '../errors.ts'
import type { GateDocument } from '../gate/result.ts'
import type { SelfTestDocument } from '../gate/self-test-document.ts'
import type { MutateDocument } from '../mutation/document.ts'
import type { ResultDocument } from './result-document.ts'

/** What a document is comes first, the rest by name: two runs differ in lines, not in order. */
const leading: readonly string[] = ['schema', 'schemaVersion', 'status']

/**
 * The document itself, keys in a stable order, two spaces, one final newline.
 * @throws {HarnessError} `E_REPORT_NUMBER`: NaN or an infinity, which JSON would turn into null.
 */
export function renderJson(
  document: ResultDocument | MutateDocument | MatrixDocument | GateDocument | SelfTestDocument,
): string {
  return `${JSON.stringify(document, normalise, 2)}\n`
}

function normalise(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new HarnessError(
      'E_REPORT_NUMBER',
      `Property '${key}': found ${value}, expected a number that JSON can hold.`,
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compareKeys(a, b)))
}

function compareKeys(left: string, right: string): number {
  const byRank = rankOf(left) - rankOf(right)
  if (byRank !== 0) return byRank
  return left < right ? -1 : 1
}

function rankOf(key: string): number {
  const rank = leading.indexOf(key)
  return rank < 0 ? leading.length : rank
}
