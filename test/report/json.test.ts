import { assert, constantFrom, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HarnessError } from '../../src/errors.ts'
import { render } from '../../src/report/report.ts'
import type { ResultDocument } from '../../src/report/result-document.ts'
import { greenVerify, redBench, redRun } from './documents.ts'
import { hostileRun } from './hostile.ts'

function show(document: ResultDocument): string {
  return render(document, 'json', { color: true, width: 80, verbose: true })
}

/** The same value, the keys of every object the other way round. */
function turnKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turnKeys(inner)]),
  )
}

describe('json', () => {
  test('is the document, and nothing else', () => {
    for (const document of [greenVerify, redBench, redRun, hostileRun]) {
      expect(JSON.parse(show(document))).toEqual(document)
    }
  })

  test('starts with what it is, ends with one newline, has two spaces', () => {
    const text = show(greenVerify)
    expect(text).toMatch(
      /^\{\n {2}"schema": "hook-harness\/verify",\n {2}"schemaVersion": 1,\n {2}"status": "passed",\n {2}"blindSpots": \[\],\n/,
    )
    expect(text).toMatch(/[^\n]\n$/)
  })

  test('does not depend on the order in which the document was built', () => {
    expect(show(turnKeys(redRun) as ResultDocument)).toBe(show(redRun))
  })

  test('refuses numbers that JSON would turn into null', () => {
    assert(
      property(constantFrom(Number.NaN, Infinity, -Infinity), (durationMs) => {
        expect(() => show({ ...greenVerify, durationMs })).toThrow(
          new HarnessError(
            'E_REPORT_NUMBER',
            `Property 'durationMs': found ${durationMs}, expected a number that JSON can hold.`,
          ),
        )
      }),
    )
  })
})
