import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { verdicts } from '../../src/gate/result.ts'
import { renderGate } from '../../src/report/gate/gate.ts'
import { type Format, formats } from '../../src/report/report.ts'
import { resultSchemas } from '../../src/report/schema/schema.ts'
import { widthOf } from '../../src/report/text-width.ts'
import { hostileText } from '../report/hostile.ts'
import { type Element, readXml } from '../report/well-formed.ts'
import { describeGate } from './document.ts'

const isValid = new Ajv2020({ strict: true }).compile(resultSchemas.gate)

function show(format: Format, text?: string, width = 80): string {
  return renderGate(describeGate(text), format, { color: false, width, verbose: true })
}

test('the schema knows everything that a gate says, and nothing else', () => {
  isValid(JSON.parse(show('json')))
  expect(isValid.errors).toBeNull()
  expect(isValid({ ...describeGate(), surplus: 1 })).toBe(false)
  const { notes: _, ...incomplete } = describeGate()
  expect(isValid(incomplete)).toBe(false)
})

describe('the terminal', () => {
  test('tells time by severity, what was undecided with what it would take, the verdict last', () => {
    const text = show('terminal')
    const order = text
      .split('\n')
      .flatMap((line) => verdicts.filter((verdict) => line.endsWith(`  ${verdict}`)))
    expect(order).toEqual(['slower', 'contaminated', 'inconclusive', 'faster', 'unchanged'])
    expect(text).toContain('found from +15 % on; +10 % would take some 44 blocks')
    expect(text).toContain('tuples differ between two runs of the base, not gated')
    expect(text).toContain('commit aaaaaaaaaaaa')
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      'FAILED 0 exact comparisons, 6 red, 1 slower, 1 contaminated, 1 inconclusive, 1 faster, 1 unchanged, 1 scale, 1.23 s',
    )
  })

  test.each([60, 100])('keeps to %d columns, whatever it is told', (width) => {
    const lines = show('terminal', hostileText, width).trimEnd().split('\n').slice(0, -1)
    expect(lines.filter((line) => widthOf(line) > width)).toEqual([])
    // oxlint-disable-next-line no-control-regex -- nothing else shows that none came through
    expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f]/.test(line))).toEqual([])
    expect(lines.filter((line) => /^\s*::/.test(line))).toEqual([])
  })
})

test('Markdown begins with the whole answer on one line', () => {
  const [first, second] = show('markdown').split('\n')
  expect(first).toMatch(/^\*\*FAILED .* 1 slower, .*\*\*$/)
  expect(second).toBe('')
  const unfenced = show('markdown', hostileText).replaceAll(/^(`{3,})[^]*?^\1$/gm, '')
  expect(unfenced).toContain('&lt;script&gt;')
  expect(unfenced).not.toContain('<script>')
})

test('GitHub is told where each red statement stands, in commands that data can not start', () => {
  const lines = show('github', 'migrations/004.sql').trimEnd().split('\n')
  const errors = lines.filter((line) => line.startsWith('::error '))
  expect(errors).toHaveLength(6 + 6 + 1)
  expect(errors.filter((line) => line.includes('file=migrations/004.sql,line=3,'))).toHaveLength(13)
  const hostile = show('github', hostileText).trimEnd().split('\n')
  expect(hostile).toHaveLength(lines.length)
  for (const line of hostile) expect(line).toMatch(/^::(?:error|notice) /)
})

test('JUnit has a failure for what is red or slower, and a skip for what is open', () => {
  const root = readXml(show('junit'))
  const cases = root.children.flatMap(({ children }) => children)
  const count = (name: string): number =>
    cases.filter(({ children }) => children.some((child: Element) => child.name === name)).length
  expect(count('failure')).toBe(6 + 1)
  expect(count('error')).toBe(6)
  expect(count('skipped')).toBe(2)
  expect(() => readXml(show('junit', hostileText))).not.toThrow()
})

test.each(formats)('%s says the same twice', (format) => {
  expect(show(format)).toBe(show(format))
})
