import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadWorkloads } from '../../src/benchmark/workload.ts'
import { loadBase, loadCandidate } from '../../src/gate/arm.ts'
import { gateEfforts } from '../../src/gate/effort.ts'
import { statusOf } from '../../src/gate/document.ts'
import { type GateOptions, gate } from '../../src/gate/gate.ts'
import type { GateDocument } from '../../src/gate/result.ts'
import type { Instances } from '../../src/gate/ground.ts'
import { slowCandidate } from '../../src/gate/slowed.ts'
import type { Contract } from '../../src/migration/contract.ts'
import { builtinDirectory } from '../../src/migration/migration.ts'
import { renderGate } from '../../src/report/gate/gate.ts'
import { formats } from '../../src/report/report.ts'
import { resultSchemas } from '../../src/report/schema/schema.ts'
import { copyMigrations, files } from '../migration-copy.ts'

const asked = ['view/tool-success-rates', 'function/get-session-stats']
const all = await loadWorkloads()
const workloads = all.filter(({ id }) => asked.includes(id))

/** Enough blocks to be allowed to fail, and no more. */
const amount = {
  ...gateEfforts.quick,
  // For the latencies; one session settles nothing.
  triageSessions: 1,
  sessions: 3,
  blocksPerSession: 4,
  batchMs: 1,
  targetSamples: 10,
}

async function run(candidate: string, rest: Partial<GateOptions> = {}): Promise<GateDocument> {
  return gate({
    base: await loadBase(builtinDirectory),
    candidate: await loadCandidate(candidate),
    scales: [227],
    effort: 'quick',
    command: 'hook-harness gate',
    workloads,
    amount,
    ...rest,
  })
}

/** The candidate's function takes ten times as long; nothing else does. */
function slowFunction(instances: Instances): Instances {
  const { base, candidate, control } = instances.databases
  const slow = slowCandidate(instances, 9).databases.candidate
  const chosen = new Proxy(candidate, {
    get: (target, key) => {
      if (key !== 'time') return Reflect.get(target, key, target) as unknown
      return (sql: string, params: readonly unknown[]): Promise<unknown> =>
        (sql.includes('get_session_stats') ? slow : candidate).time(sql, params)
    },
  })
  return { ...instances, databases: { base, candidate: chosen, control } }
}

describe('migrations against themselves, and a function slowed down', () => {
  let document: GateDocument
  beforeAll(async () => {
    document = await run(builtinDirectory, { instrument: slowFunction })
  })

  test('differ in nothing exact', () => {
    expect(document.findings).toEqual([])
    expect(document.exact.length).toBeGreaterThan(asked.length)
    expect(document.exact.flatMap(({ unstable }) => unstable)).toEqual([])
    for (const { base, candidate } of document.exact) expect(candidate).toEqual(base)
    expect(document.sizes.map(({ metric }) => metric)).toContain('walBytes')
    for (const { base, candidate } of document.sizes) expect(candidate).toBe(base)
    expect(document.notes.join()).toContain('the same scripts')
  })

  test('are slower where they were slowed down, which fails the gate at the line of the function', () => {
    const comparisons = document.timing?.comparisons ?? []
    expect(comparisons).toHaveLength(2)
    const [slower, other] = ['function/get-session-stats', 'view/tool-success-rates'].map((id) =>
      comparisons.find((timed) => timed.id === id),
    )
    expect(other?.verdict).not.toBe('slower')
    expect(slower?.verdict).toBe('slower')
    expect(slower?.place?.file).toBe(`${builtinDirectory}/${files.patch}`)
    expect(slower?.place?.line).toBeGreaterThan(1)
    expect(document.status).toBe('failed')
    for (const { blocks } of comparisons) {
      expect(blocks.length).toBeGreaterThanOrEqual(4)
      expect(new Set(blocks.map(({ order }) => order)).size).toBeGreaterThan(1)
    }
    expect(document.targets.map(({ targetMs }) => targetMs)).toEqual([100, 100])
  })

  test('fit the schema in every format', () => {
    const isValid = new Ajv2020({ strict: true }).compile(resultSchemas.gate)
    isValid(document)
    expect(isValid.errors).toBeNull()
    const rendered = formats.map((format) =>
      renderGate(document, format, { color: false, width: 80, verbose: true }),
    )
    for (const text of rendered) expect(text).toMatch(/get_session_stats/)
    expect(rendered[0]?.trimEnd().split('\n').at(-1)).toMatch(
      /^FAILED \d+ exact comparisons, 0 red, 1 slower/,
    )
    expect(rendered[1]).toMatch(/^\*\*FAILED /)
  })
})

describe('a candidate that is worse', () => {
  test('is red before anything is timed: wrong answers, of a new view as well; a lost index is missed where it was left out', async () => {
    await using base = await copyMigrations()
    await base.replace(files.up, /create view agent_usage_patterns as[^;]*;/, '')
    await base.replace(files.up, /comment on view agent_usage_patterns is[^;]*;/, '')
    const contract = JSON.parse(
      await readFile(join(base.directory, files.contract), 'utf8'),
    ) as Contract
    const views = contract.views.filter(({ name }) => name !== 'agent_usage_patterns')
    await base.write(files.contract, JSON.stringify({ ...contract, views }))

    await using copy = await copyMigrations()
    await copy.replace(files.up, 'round(min(score), 3)', 'round(min(score), 1)')
    await copy.replace(files.up, 'count(*) as detection_count', 'count(*) + 1 as detection_count')
    await copy.replace(
      files.up,
      /create index idx_hook_events_response[^;]*;\s*comment on index idx_hook_events_response[^;]*;/,
      '',
    )
    const document = await run(copy.directory, {
      base: await loadBase(base.directory),
      workloads: all.filter(({ id }) => [...asked, 'view/agent-usage-patterns'].includes(id)),
      accepted: ['tool_success_rates', 'idx_nobody_knows'],
    })
    expect(document).toMatchObject({ status: 'failed', timing: null, targets: [] })
    expect(document.notes.join()).toContain('Nothing was timed')
    expect(document.notes.join()).toContain('--accept idx_nobody_knows')
    const red = document.findings.filter(({ severity }) => severity === 'red')
    // Accepted or not: a wrong answer is one.
    const answer = red.find(({ id }) => id === 'view/tool-success-rates')
    expect(answer?.actual).toContain("'min_quality_score'")
    expect(answer?.place?.file).toBe(`${copy.directory}/${files.up}`)
    expect(answer?.place?.line).toBeGreaterThan(1)
    const added = red.find(({ id }) => id === 'view/agent-usage-patterns')
    expect(added?.actual).toContain("'detection_count'")
    const lost = red.find(({ kind }) => kind === 'object')
    expect(lost).toMatchObject({ id: 'index/idx_hook_events_response' })
    // The index that stood before it, in the candidate's file.
    const lines = (await readFile(join(copy.directory, files.up), 'utf8')).split('\n')
    expect(lost?.place?.file).toBe(`${copy.directory}/${files.up}`)
    expect(lines[(lost?.place?.line ?? 0) - 1]).toContain('create index idx_hook_events_success')

    const github = renderGate(document, 'github', { color: false, width: 80, verbose: false })
    expect(github).toContain(`::error file=${copy.directory}/${files.up},line=`)
    const junit = renderGate(document, 'junit', { color: false, width: 80, verbose: false })
    expect(junit).toMatch(/<failure [^>]*tool_success_rates/)
  })
})

describe('the status', () => {
  const finding = {
    kind: 'work',
    title: '',
    id: '',
    scale: 1,
    object: null,
    expected: '',
    actual: '',
  } as const

  function status(
    verdict: 'slower' | 'inconclusive' | 'contaminated' | 'unchanged' | 'faster',
    isStrict = false,
    severity: 'red' | 'noted' | 'unjudged' = 'noted',
    accepted: readonly string[] = [],
  ): GateDocument['status'] {
    const object = { kind: 'view', name: 'one' }
    const comparisons = [{ verdict, object }] as unknown as NonNullable<
      GateDocument['timing']
    >['comparisons']
    const timing = { tests: 1, alpha: 0.01, sessions: 1, comparisons }
    return statusOf({ findings: [{ ...finding, severity }], timing, isStrict, accepted })
  }

  test('is red for what is slower or red, unjudged for what is open only if strict', () => {
    expect(status('slower')).toBe('failed')
    expect(status('slower', false, 'noted', ['one'])).toBe('passed')
    expect(status('slower', false, 'noted', ['two'])).toBe('failed')
    expect(status('unchanged', false, 'red')).toBe('failed')
    expect(status('unchanged', false, 'unjudged')).toBe('unjudged')
    for (const open of ['inconclusive', 'contaminated'] as const) {
      expect(status(open)).toBe('passed')
      expect(status(open, true)).toBe('unjudged')
    }
    expect(status('faster', true)).toBe('passed')
    expect(status('unchanged', true)).toBe('passed')
  })
})
