import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { loadWorkloads } from '../../src/benchmark/workload.ts'
import { loadBase, loadCandidate } from '../../src/gate/arm.ts'
import { gateEfforts } from '../../src/gate/effort.ts'
import { statusOf } from '../../src/gate/document.ts'
import { type GateOptions, gate } from '../../src/gate/gate.ts'
import type { GateDocument } from '../../src/gate/result.ts'
import { builtinDirectory } from '../../src/migration/migration.ts'
import { renderGate } from '../../src/report/gate/gate.ts'
import { formats } from '../../src/report/report.ts'
import { resultSchemas } from '../../src/report/schema/schema.ts'
import { copyMigrations, files } from '../migration-copy.ts'

const asked = ['view/tool-success-rates', 'function/get-session-stats']
const workloads = (await loadWorkloads()).filter(({ id }) => asked.includes(id))

/** Enough blocks to be allowed to fail, and no more. */
const amount = {
  ...gateEfforts.quick,
  triageSessions: 2,
  sessions: 2,
  blocksPerSession: 5,
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

describe('migrations against themselves', () => {
  test('differ in nothing exact, are timed all the same, and fit the schema in every format', async () => {
    const document = await run(builtinDirectory)
    expect(document.findings).toEqual([])
    expect(document.exact.length).toBeGreaterThan(asked.length)
    expect(document.exact.flatMap(({ unstable }) => unstable)).toEqual([])
    for (const { base, candidate } of document.exact) expect(candidate).toEqual(base)
    expect(document.sizes.map(({ metric }) => metric)).toContain('walBytes')
    for (const { base, candidate } of document.sizes) expect(candidate).toBe(base)

    expect(document.timing?.tests).toBe(2)
    const verdicts = document.timing?.comparisons.map(({ verdict }) => verdict) ?? []
    expect(verdicts).toHaveLength(2)
    expect(verdicts).not.toContain('slower')
    expect(document.status).toBe('passed')
    for (const { blocks } of document.timing?.comparisons ?? []) {
      expect(blocks.length).toBeGreaterThanOrEqual(4)
      expect(new Set(blocks.map(({ order }) => order)).size).toBeGreaterThan(1)
    }
    expect(document.targets.map(({ targetMs }) => targetMs)).toEqual([100, 100])
    expect(document.notes.join()).toContain('the same scripts')

    const isValid = new Ajv2020({ strict: true }).compile(resultSchemas.gate)
    isValid(document)
    expect(isValid.errors).toBeNull()
    const rendered = formats.map((format) =>
      renderGate(document, format, { color: false, width: 80, verbose: true }),
    )
    for (const text of rendered) expect(text).toMatch(/tool_success_rates|PASSED/)
    expect(rendered[0]?.trimEnd().split('\n').at(-1)).toMatch(
      /^PASSED \d+ exact comparisons, 0 red/,
    )
    expect(rendered[1]).toMatch(/^\*\*PASSED /)
  })
})

describe('a candidate that is worse', () => {
  test('with a wrong answer is red before anything is timed; a lost index is named, with its line', async () => {
    await using copy = await copyMigrations()
    await copy.replace(files.up, 'round(min(score), 3)', 'round(min(score), 1)')
    await copy.replace(
      files.up,
      /create index idx_hook_events_response[^;]*;\s*comment on index idx_hook_events_response[^;]*;/,
      '',
    )
    const document = await run(copy.directory)
    expect(document).toMatchObject({ status: 'failed', timing: null, targets: [] })
    expect(document.notes.join()).toContain('Nothing was timed')
    const red = document.findings.filter(({ severity }) => severity === 'red')
    const answer = red.find(({ kind }) => kind === 'answer')
    expect(answer?.actual).toContain("'min_quality_score'")
    expect(answer?.place?.file).toBe(`${copy.directory}/${files.up}`)
    expect(answer?.place?.line).toBeGreaterThan(1)
    const lost = red.find(({ kind }) => kind === 'object')
    expect(lost).toMatchObject({ id: 'index/idx_hook_events_response' })
    expect(lost?.place?.file).toBe(`${copy.directory}/${files.up}`)

    const github = renderGate(document, 'github', { color: false, width: 80, verbose: false })
    expect(github).toContain(`::error file=${copy.directory}/${files.up},line=`)
    const junit = renderGate(document, 'junit', { color: false, width: 80, verbose: false })
    expect(junit).toMatch(/<failure [^>]*tool_success_rates/)
  })

  test('that can not be applied is told as the migration it is, and a base as the base', async () => {
    await using copy = await copyMigrations()
    await copy.replace(files.up, 'create view tool_success_rates', 'create nonsense')
    const document = await run(copy.directory)
    expect(document).toMatchObject({ status: 'failed', exact: [], timing: null })
    expect(document.findings).toHaveLength(1)
    const [finding] = document.findings
    expect(finding?.title).toBe(`${files.up} can be applied`)
    expect(finding?.place?.file).toBe(`${copy.directory}/${files.up}`)
    expect(finding?.actual).toContain('create nonsense')
    const rules = { color: false, width: 80, verbose: false }
    expect(renderGate(document, 'github', rules)).toContain(
      `::error file=${copy.directory}/${files.up},line=${finding?.place?.line}`,
    )
    expect(renderGate(document, 'junit', rules)).toContain('<failure ')
    expect(renderGate(document, 'markdown', rules)).toMatch(/^\*\*FAILED /)
    const broken = await loadBase(copy.directory)
    await expect(run(builtinDirectory, { base: broken })).rejects.toMatchObject({
      code: 'E_GATE_BASE',
    })
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
