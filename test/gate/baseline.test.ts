import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadWorkloads } from '../../src/benchmark/workload.ts'
import { loadCandidate } from '../../src/gate/arm.ts'
import {
  type Newcomers,
  compareBaseline,
  findDifferentOrigin,
} from '../../src/gate/baseline-compare.ts'
import { mergeBaseline } from '../../src/gate/baseline-describe.ts'
import {
  type Baseline,
  type BaselineQuery,
  parseBaseline,
  saveBaseline,
} from '../../src/gate/baseline-file.ts'
import { type BaselineOptions, gateBaseline } from '../../src/gate/baseline.ts'
import type { ExactLayer } from '../../src/gate/layer.ts'
import type { ExactComparison, GateDocument } from '../../src/gate/result.ts'
import { writeNames } from '../../src/gate/size.ts'
import { builtinDirectory } from '../../src/migration/migration.ts'
import { closingLineOfGate } from '../../src/report/gate/closing-line.ts'
import { isAll } from '../amount.ts'

const viewId = 'view/tool-success-rates'
const workloads = (await loadWorkloads()).filter((workload) => workload.id === viewId)
const shared = {
  candidate: await loadCandidate(builtinDirectory),
  scales: [227],
  effort: 'quick',
  command: 'hook-harness gate',
  workloads,
} as const

let folder: string
let file: string
let written: GateDocument
let measured: Baseline
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
  file = join(folder, 'exact.json')
  written = await run({ isUpdate: true })
  measured = parseBaseline(await readFile(file, 'utf8'), file)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function run(rest: Partial<BaselineOptions> = {}): Promise<GateDocument> {
  return gateBaseline({ ...shared, file, isUpdate: false, ...rest })
}

function exactOf(query: BaselineQuery, scale: number): ExactComparison {
  const { id, title, object, sql, parametersSql, ...execution } = query
  const candidate = { ...execution, answer: null }
  return { id, title, object, sql, parametersSql, scale, base: null, candidate, unstable: [] }
}

/** The layer that a baseline was made of. */
function layerOf({ scales, indexes: definitions, objects }: Baseline): ExactLayer {
  const [scale] = scales
  if (scale === undefined) throw new Error('nothing was measured')
  const indexes = new Map(
    Object.entries(scale.indexes).map(([name, bytes]) => [
      name,
      { bytes, definition: definitions[name] ?? '', isValid: true },
    ]),
  )
  return {
    findings: [],
    exact: scale.queries.map((query) => exactOf(query, scale.scale)),
    sizes: [],
    measured: {
      objects,
      sizes: {
        indexes: { base: indexes, candidate: indexes, control: indexes },
        writes: writeNames.map((name) => {
          const seen = scale.writes[name]
          return { name, seen: { base: seen, candidate: seen, control: seen }, bare: null }
        }),
        paidFor: [],
      },
    },
    timeable: [],
    engine: { kind: 'pglite', version: '18', package: '0' },
  }
}

/** Compares what was measured with a file that says something else. */
function compareWith(
  change: (known: { -readonly [key in keyof Baseline]: Baseline[key] }) => void,
  newcomers: Newcomers = 'unjudged',
  layer: ExactLayer = layerOf(measured),
): ReturnType<typeof compareBaseline> {
  const known = structuredClone(measured)
  change(known)
  return compareBaseline(known, measured, [layer], newcomers)
}

function queryOf(baseline: Baseline): Baseline['scales'][number]['queries'][number] {
  const query = baseline.scales[0]?.queries.find((each) => each.id === viewId)
  if (query === undefined) throw new Error('the baseline lacks the view')
  return query
}

function rename(known: Baseline): void {
  Object.assign(queryOf(known), { id: 'view/renamed' })
}

function brief({
  findings,
}: ReturnType<typeof compareBaseline>): readonly (readonly [string, string])[] {
  return findings.map((finding) => [finding.severity, finding.id])
}

describe('a baseline', () => {
  test('is written where there is none, and says of nothing that it was compared', () => {
    expect(written.status).toBe('passed')
    expect(written.notes.join()).toContain('was written')
    expect(closingLineOfGate(written)).toMatch(/^PASSED 0 exact comparisons, 0 red/)
    expect(measured.scales[0]).toMatchObject({ scale: 227, fixture: { name: 'canonical' } })
    expect(measured.indexes).toHaveProperty('idx_hook_events_agent')
    expect(measured.scales[0]?.writes.update.bytes).toBeGreaterThan(0)
    expect(measured.objects.map(({ identity }) => identity)).toContain('get_session_stats(text)')
  })

  test.runIf(isAll)(
    'agrees with what is measured anew, at another moment, and is not rewritten over what is red',
    async () => {
      const kept = structuredClone(measured)
      // As if a query had read less and an index had been there: everything else must still agree.
      Object.assign(queryOf(kept).work, { blocks: 1 })
      Object.assign(kept.indexes, { idx_once: 'create index idx_once on hook_events (source)' })
      Object.assign(kept.scales[0]?.indexes ?? {}, { idx_once: 8_192 })
      await saveBaseline(file, kept)
      const text = await readFile(file, 'utf8')
      const worse = await run({ isUpdate: true })
      expect(worse).toMatchObject({ status: 'failed', timing: null })
      expect(worse.exact.flatMap(({ unstable }) => unstable)).toEqual([])
      expect(worse.findings.map((each) => [each.severity, each.kind, each.id])).toEqual([
        ['red', 'work', viewId],
        ['red', 'object', 'index/idx_once'],
      ])
      expect(worse.findings[0]?.place?.file).toContain('004_add')
      expect(worse.notes.join()).toContain('it would hide what is red')
      expect(await readFile(file, 'utf8')).toBe(text)
    },
  )

  test('that says the same finds nothing, and everything was compared', () => {
    const { findings, exact, sizes } = compareWith(() => undefined)
    expect(findings).toEqual([])
    expect([...exact, ...sizes].filter(({ base }) => base === null)).toEqual([])
    expect(exact.length).toBeGreaterThan(1)
  })
})

describe('what a baseline does not know leaves the gate unjudged, unless it is about to be written', () => {
  test('a query under another name', () => {
    expect(brief(compareWith(rename))).toEqual([
      ['unjudged', viewId],
      ['unjudged', 'view/renamed'],
    ])
    expect(brief(compareWith(rename, 'noted')).map(([severity]) => severity)).toEqual([
      'noted',
      'noted',
    ])
  })

  test.each([
    ['another question', { sql: 'select 1' }],
    ['with other parameters', { parametersSql: 'select 1' }],
  ])('%s under the same name, which is compared with nothing', (_, change) => {
    const compared = compareWith((known) => {
      Object.assign(queryOf(known), change)
    })
    expect(brief(compared)).toEqual([['unjudged', viewId]])
    expect(compared.exact.find((each) => each.id === viewId)?.base).toBeNull()
  })

  test('indexes and objects', () => {
    const compared = compareWith((known) => {
      known.indexes = {}
      known.objects = known.objects.filter(({ kind }) => kind !== 'function')
      for (const scale of known.scales) Object.assign(scale, { indexes: {} })
    })
    const unknown = compared.findings.filter(({ severity }) => severity === 'unjudged')
    expect(unknown.length).toBe(Object.keys(measured.indexes).length + 4)
    expect(compared.findings.every(({ severity }) => severity === 'unjudged')).toBe(true)
  })
})

describe('against a baseline is red', () => {
  test('an index that is another one under its name', () => {
    const compared = compareWith((known) => {
      known.indexes = { ...known.indexes, idx_hook_events_agent: 'create index of something else' }
    })
    expect(brief(compared)).toEqual([['red', 'index/idx_hook_events_agent']])
  })

  test('a write that is refused', () => {
    const layer = layerOf(measured)
    const { sizes } = layer.measured
    const refused = { failed: 'no' }
    const writes = sizes.writes.map(({ name, seen, bare }) => ({
      name,
      bare,
      seen: { base: seen.base, control: seen.control, candidate: refused },
    }))
    const refusing = { ...layer, measured: { ...layer.measured, sizes: { ...sizes, writes } } }
    expect(brief(compareWith(() => undefined, 'noted', refusing))).toEqual([
      ['red', 'write/insert'],
      ['red', 'write/update'],
    ])
  })
})

/** … by so many per cent more blocks of one query. */
function grown(percent: number): Baseline {
  const next = structuredClone(measured)
  const { work } = queryOf(next)
  Object.assign(work, { blocks: work.blocks * (1 + percent / 100) })
  return next
}

describe('writing a baseline', () => {
  const none = new Set<string>()

  test('lets nothing creep: a count may fall, and what grew a little stays what it was', () => {
    const { blocks } = queryOf(measured).work
    expect(queryOf(mergeBaseline(measured, grown(1.9), none)).work.blocks).toBe(blocks)
    expect(queryOf(mergeBaseline(measured, grown(-50), none)).work.blocks).toBe(blocks / 2)
    const accepted = new Set(['tool_success_rates'])
    expect(queryOf(mergeBaseline(measured, grown(100), accepted)).work.blocks).toBe(2 * blocks)
  })

  test('keeps what it says of other sizes', () => {
    const [scale] = measured.scales
    if (scale === undefined) throw new Error('nothing was measured')
    const known = { ...measured, scales: [scale, { ...scale, scale: 10_000 }] }
    const merged = mergeBaseline(known, measured, none)
    expect(merged.scales.map((each) => each.scale)).toEqual([227, 10_000])
  })

  test('takes the log as it is where the indexes are others', () => {
    const fewer = structuredClone(measured)
    Object.assign(fewer, { indexes: {} })
    for (const { writes } of fewer.scales) Object.assign(writes.insert, { bytes: 1 })
    const [scale] = mergeBaseline(fewer, measured, none).scales
    expect(scale?.writes.insert).toEqual(measured.scales[0]?.writes.insert)
    const [least] = mergeBaseline({ ...fewer, indexes: measured.indexes }, measured, none).scales
    expect(least?.writes.insert.bytes).toBe(1)
  })
})

describe('a baseline that can not be compared with', () => {
  test('is of another engine, other rows or other sizes', () => {
    const change = (rest: object): Baseline => {
      const changed = structuredClone(measured)
      Object.assign(changed.scales[0] ?? {}, rest)
      return changed
    }
    expect(findDifferentOrigin(measured, measured)).toBeNull()
    expect(findDifferentOrigin({ ...measured, postgres: '17.5' }, measured)).toContain('17.5')
    const fixture = { name: 'generated', seed: '2', payload: 'slim', generatorVersion: 1 }
    expect(findDifferentOrigin(change({ fixture }), measured)).toContain('seed 2')
    expect(findDifferentOrigin(change({ scale: 500 }), measured)).toContain('measured at 227')
  })

  test('is not there', async () => {
    await expect(run({ file: join(folder, 'none.json') })).rejects.toMatchObject({
      code: 'E_BASELINE',
      fault: 'usage',
    })
  })

  test.each([
    ['no JSON', () => '{', 'it is no JSON'],
    ['another document', () => '{ "schema": "hook-harness/bench" }', 'must have required property'],
    ['empty', () => JSON.stringify({ ...measured, scales: [] }), '/scales must NOT have fewer'],
    [
      'without a query',
      () => JSON.stringify({ ...measured, scales: [{ ...measured.scales[0], queries: [] }] }),
      '/scales/0/queries must NOT have fewer',
    ],
  ])('is %s', async (_, text, told) => {
    await writeFile(join(folder, 'wrong.json'), text())
    await expect(run({ file: join(folder, 'wrong.json') })).rejects.toThrow(told)
  })
})
