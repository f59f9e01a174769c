import { describe, expect, test } from 'vitest'
import type { VerifyDocument } from '../../src/check/document.ts'
import type { MatrixDocument } from '../../src/check/matrix.ts'
import { renderMatrix } from '../../src/report/matrix.ts'
import { formats, render } from '../../src/report/report.ts'
import { greenRun, greenVerify } from './documents.ts'
import { readXml } from './well-formed.ts'

const what = 'objects of the kind trigger'
const reason = 'An extension that nobody controls makes them.'
const verify: VerifyDocument = { ...greenVerify, blindSpots: [{ what, reason }] }
const matrix: MatrixDocument = {
  schema: 'hook-harness/matrix',
  schemaVersion: 1,
  status: 'passed',
  documents: [verify, verify],
  comparisons: [],
  durationMs: 5_100,
}
const plain = { color: false, width: 100, verbose: false }

describe('what no check looked at is told with its reason', () => {
  test.each(formats)('as %s', (format) => {
    for (const text of [
      render(verify, format, plain),
      render({ ...greenRun, verify }, format, plain),
    ]) {
      expect(text).toContain(what)
      expect(text).toContain(reason)
    }
    expect(render(greenVerify, format, plain)).not.toMatch(/not looked at/i)
    const said = renderMatrix(matrix, format, plain).split(what).length - 1
    // JSON holds whole documents.
    expect(said).toBe(format === 'json' ? 2 : 1)
  })

  test('in JUnit it is a case that was skipped', () => {
    const text = render(verify, 'junit', plain)
    readXml(text)
    expect(text).toContain(`<skipped message="${reason}"/>`)
  })
})
