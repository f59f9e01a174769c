import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadWorkloads } from '../../src/benchmark/workload.ts'
import { loadCandidate } from '../../src/gate/arm.ts'
import { findDifferentOrigin } from '../../src/gate/baseline-compare.ts'
import { type Baseline, parseBaseline } from '../../src/gate/baseline-file.ts'
import { type BaselineOptions, gateBaseline } from '../../src/gate/baseline.ts'
import type { GateDocument } from '../../src/gate/result.ts'
import { builtinDirectory } from '../../src/migration/migration.ts'

let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-harness-test-'))
  file = join(folder, 'exact.json')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const workloads = (await loadWorkloads()).filter(({ id }) => id === 'view/tool-success-rates')

async function run(candidate: string, rest: Partial<BaselineOptions> = {}): Promise<GateDocument> {
  return gateBaseline({
    candidate: await loadCandidate(candidate),
    scales: [227],
    effort: 'quick',
    command: 'hook-harness gate',
    workloads,
    file,
    isUpdate: false,
    ...rest,
  })
}

function improve(baseline: Baseline): Baseline {
  const improved = structuredClone(baseline)
  const [first] = improved.scales
  const query = first?.queries.find(({ id }) => id === 'view/tool-success-rates')
  if (first === undefined || query === undefined) throw new Error('the baseline lacks the view')
  Object.assign(query.work, { blocks: 1 })
  Object.assign(first.indexes, { idx_once: 8_192 })
  return improved
}

describe('a baseline', () => {
  test('is written, agrees with what is measured again, and is not rewritten over what is red', async () => {
    const written = await run(builtinDirectory, { isUpdate: true })
    expect(written).toMatchObject({ status: 'passed', timing: null })
    expect(written.notes.join()).toContain('was written')
    const text = await readFile(file, 'utf8')
    const kept = parseBaseline(text, file)
    expect(kept.scales.map(({ scale }) => scale)).toEqual([227])
    expect(kept.scales[0]?.indexes).toHaveProperty('idx_hook_events_agent')
    expect(kept.scales[0]?.write.bytes).toBeGreaterThan(0)

    // As if a query had read less and an index had been there: everything else must still agree.
    const better = `${JSON.stringify(improve(kept), null, 2)}\n`
    await writeFile(file, better)
    const worse = await run(builtinDirectory, { isUpdate: true })
    expect(worse.status).toBe('failed')
    expect(worse.exact.flatMap(({ unstable }) => unstable)).toEqual([])
    expect(worse.findings.map(({ kind, severity }) => [severity, kind])).toEqual([
      ['red', 'work'],
      ['red', 'object'],
    ])
    expect(worse.findings.map(({ id }) => id)).toEqual([
      'view/tool-success-rates',
      'index/idx_once',
    ])
    expect(worse.findings[0]?.place?.file).toContain('004_add')
    expect(worse.notes.join()).toContain('it would hide what is red')
    expect(await readFile(file, 'utf8')).toBe(better)
  })

  test('of another engine, other rows or other sizes is compared with nothing', () => {
    const origin = {
      schema: 'hook-harness/baseline',
      schemaVersion: 1,
      postgres: '18.6',
      generatorVersion: 1,
      seed: '1',
      payload: 'slim',
      scales: [{ scale: 227, queries: [], indexes: {}, write: { bytes: 0, records: 0 } }],
    } as const
    expect(findDifferentOrigin(origin, origin)).toBeNull()
    expect(findDifferentOrigin({ ...origin, postgres: '17.5' }, origin)).toContain('Postgres 17.5')
    expect(findDifferentOrigin({ ...origin, seed: '2' }, origin)).toContain('seed 2')
    expect(findDifferentOrigin({ ...origin, scales: [] }, origin)).toContain('227')
  })

  test('that is not there is asked for', async () => {
    await expect(run(builtinDirectory, { file: join(folder, 'none.json') })).rejects.toMatchObject({
      code: 'E_BASELINE',
      fault: 'usage',
    })
  })

  test.each([
    ['no JSON', '{', 'it is no JSON'],
    ['another document', '{ "schema": "hook-harness/bench" }', 'must have required property'],
  ])('that is %s is told as that', (_, text, told) => {
    expect(() => parseBaseline(text, 'a.json')).toThrow(told)
  })
})
