import { expect, test } from 'vitest'
import { loadWorkloads } from '../../src/benchmark/workload.ts'
import { loadCandidate } from '../../src/gate/arm.ts'
import { selfTestAmounts } from '../../src/gate/self-test-amount.ts'
import { testGate } from '../../src/gate/self-test.ts'
import { builtinDirectory } from '../../src/migration/migration.ts'
import { renderSelfTest } from '../../src/report/gate/self-test.ts'
import { formats } from '../../src/report/report.ts'
import { isAll } from '../amount.ts'

const asked = new Set(['view/session-intelligence-one', 'function/get-session-stats'])

/** Enough to be allowed to find something, and no more. */
const brief = {
  ...selfTestAmounts.quick.sameEffort,
  triageSessions: 2,
  triageBlocksPerSession: 2,
  sessions: 4,
  blocksPerSession: 3,
}

test.runIf(isAll)(
  'the gate calls nothing slower that is the same, finds what is slower, and catches every mutant by name',
  async () => {
    const { quick } = selfTestAmounts
    const document = await testGate({
      arm: await loadCandidate(builtinDirectory),
      amount: {
        ...quick,
        sameRuns: 2,
        sameEffort: brief,
        gateEffort: { ...brief, triageSessions: 0, sessions: 2, blocksPerSession: 5 },
        spinScale: quick.sameScale,
        spinEffort: brief,
        // Ten times as slow: to be found on the busiest machine.
        spinPercents: [900],
        spinQueries: 1,
        poolSets: 1,
      },
      workloads: (await loadWorkloads()).filter(({ id }) => asked.has(id)),
      seed: '1',
      command: 'hook-harness gate --self-test',
    })
    expect(document.same).toMatchObject({ runs: 2, alarms: 0 })
    expect(document.hog).toMatchObject({ runs: 1, alarms: 0 })
    expect(document.gates).toMatchObject({ runs: 1, alarms: 0, exactAlarms: 0, exactFindings: [] })
    expect(document.pilot).toMatchObject({ runs: 1, alarms: 0 })
    expect(document.spins).toMatchObject([
      { percent: 900, found: 1, comparisons: [{ run: 1, verdict: 'slower' }] },
    ])
    const phases = document.spins[0]?.comparisons[0]?.sessions.map(({ phase }) => phase)
    expect(new Set(phases)).toEqual(new Set(['triage', 'decision', 'confirmation']))
    expect(document.mutants).toHaveLength(9)
    for (const mutant of document.mutants) {
      expect(mutant).toMatchObject({ isCaught: true, isNamed: true })
    }
    expect(document.mutants.filter(({ isCaughtByWork }) => isCaughtByWork).length).toBeGreaterThan(
      3,
    )
    expect(document.status).toBe('passed')

    const rules = { color: false, width: 80, verbose: false }
    for (const format of formats) {
      expect(renderSelfTest(document, format, rules)).toMatch(/gate/)
    }
    const broken = {
      ...document,
      status: 'failed',
      pledges: [{ title: 'a pledge', state: 'broken', evidence: '1 of 2' }],
    } as const
    expect(renderSelfTest(broken, 'github', rules)).toContain('::error title=')
    expect(renderSelfTest(broken, 'junit', rules)).toContain('<failure message="a pledge"')
    expect(renderSelfTest(broken, 'terminal', rules)).toContain('FAILED 0/1 pledges')
  },
)
