import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import type { ResultDocument } from '../../src/report/result-document.ts'
import type { RunDocument } from '../../src/report/run-document.ts'
import { resultSchemas } from '../../src/report/schema/schema.ts'
import { optional, recordOf, text, type Schema } from '../../src/report/schema/shape.ts'
import { greenBench, greenRun, greenVerify, redBench, redRun, redVerify } from './documents.ts'
import { hostileRun } from './hostile.ts'

const ajv = new Ajv2020({ strict: true, allErrors: false })
const validators = {
  'hook-harness/verify': ajv.compile(resultSchemas.verify),
  'hook-harness/bench': ajv.compile(resultSchemas.bench),
  'hook-harness/run': ajv.compile(resultSchemas.run),
}

function isValid(document: ResultDocument): boolean {
  return validators[document.schema](document)
}

const isRun = validators['hook-harness/run']

type Path = readonly (string | number)[]

/** Every object of a document, by the way to it; what EXPLAIN said is anybody's. */
function objectsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null || path.at(-1) === 'json') return []
  const own = Array.isArray(value) ? [] : [path]
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, inner]) => objectsOf(inner, [...path, key])),
  ]
}

/** A copy in which the object at `path` was changed. */
function changed(
  document: RunDocument,
  path: Path,
  change: (target: Record<string, unknown>) => void,
): RunDocument {
  const copy = structuredClone(document)
  let target: Record<string, unknown> = copy as unknown as Record<string, unknown>
  for (const key of path) target = target[key] as Record<string, unknown>
  change(target)
  return copy
}

function valueAt(document: RunDocument, path: Path): object {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown>)[key],
    document,
  ) as object
}

const closedObjects = objectsOf(redRun).filter((path) => path.at(-1) !== 'settings')
const properties = closedObjects.flatMap((path) =>
  Object.keys(valueAt(redRun, path)).map((key) => [path, key] as const),
)

describe('published schemas', () => {
  test('are named without a host, and say their draft', () => {
    expect(
      Object.values(resultSchemas).map((schema) => [schema['$id'], schema['$schema']]),
    ).toEqual(
      ['verify/1', 'bench/1', 'run/1', 'matrix/1', 'mutate/1', 'gate/2'].map((name) => [
        `hook-harness/${name}`,
        'https://json-schema.org/draft/2020-12/schema',
      ]),
    )
  })

  test('accept every document', () => {
    for (const document of [
      greenVerify,
      redVerify,
      greenBench,
      redBench,
      greenRun,
      redRun,
      hostileRun,
    ]) {
      isValid(document)
      expect(validators[document.schema].errors).toBeNull()
    }
  })

  test('refuse a property more, anywhere', () => {
    expect(closedObjects.length).toBeGreaterThan(80)
    const accepted = closedObjects.filter((path) =>
      isRun(
        changed(redRun, path, (target) => {
          target['surprise'] = 1
        }),
      ),
    )
    expect(accepted).toEqual([])
  })

  test('refuse a property fewer, unless it may be missing', () => {
    const accepted = properties.filter(([path, key]) =>
      isRun(
        changed(redRun, path, (target) => {
          delete target[key]
        }),
      ),
    )
    expect(new Set(accepted.map(([, key]) => key))).toEqual(
      new Set(['place', 'hint', 'note', 'mismatch']),
    )
  })

  test('refuse a property of another type', () => {
    const accepted = properties.filter(([path, key]) =>
      isRun(
        changed(redRun, path, (target) => {
          target[key] = typeof target[key] === 'boolean' ? 'yes' : true
        }),
      ),
    )
    expect(new Set(accepted.map(([, key]) => key))).toEqual(new Set(['json']))
  })

  test('refuse what contradicts itself', () => {
    const [passed, failed] = redVerify.findings
    const broken = [
      { ...passed, expected: 'a', actual: 'b' },
      { ...failed, error: { code: 'E', message: 'm' } },
      { ...failed, checkId: 'definition' },
      { ...failed, category: 'speed' },
      { ...failed, durationMs: -1 },
      { ...failed, place: { file: 'a.sql', line: 0 } },
    ]
    for (const finding of broken) {
      expect(validators['hook-harness/verify']({ ...redVerify, findings: [finding] })).toBe(false)
    }
    expect(validators['hook-harness/verify'](greenBench)).toBe(false)
    expect(validators['hook-harness/bench']({ ...greenBench, schemaVersion: 2 })).toBe(false)
    const empty = changed(greenRun, ['bench', 'rungs', 0, 'measurements', 0], (measurement) => {
      measurement['samples'] = []
    })
    expect(isRun(empty)).toBe(false)
  })

  test('do not compile when they drift from the types', () => {
    interface Note {
      readonly title: string
      readonly hint?: string
    }
    const whole: Schema<Note> = recordOf<Note>({ title: text, hint: optional(text) })
    // @ts-expect-error a property is missing
    const short = recordOf<Note>({ title: text })
    // @ts-expect-error a property that may be missing is said to be there
    const strict = recordOf<Note>({ title: text, hint: text })
    // @ts-expect-error a property that the type doesn't have
    const long = recordOf<Note>({ title: text, hint: optional(text), more: text })
    // @ts-expect-error a property of another type
    const other = recordOf<{ readonly rows: number }>({ rows: text })
    expect([whole, short, strict, long, other].map((schema) => schema['required'])).toEqual([
      ['title'],
      ['title'],
      ['title', 'hint'],
      ['title', 'more'],
      ['rows'],
    ])
  })
})
