import { QueryError } from '../errors.ts'
import { median, nonEmpty, quantile } from '../statistics/samples.ts'
import { type TargetClaim, judgeTarget, targetQuantile } from '../statistics/target.ts'
import { formatMs } from '../units.ts'
import { type Call, callOfFunction, callOfView, describeCall, sqlOfCall } from './answer.ts'
import { argumentsFor, isCallable } from './arguments.ts'
import { type Check, type Outcome, failed, passed } from './check.ts'
import type { TargetFacts } from './document.ts'
import { type Subject, placeOf } from './subject.ts'

/** Executions before the first that counts: plans are cached and pages read by then. */
const warmups = 3
/** 59 samples can carry the claim; a few more forgive one slow outlier. */
const firstSamples = 61
/** After each so many samples a look whether it is lost already: a miss takes fewer samples to show than a hit. */
const samplesBetweenLooks = 10
/** Looked at again with this many, where the first were too close to the target to tell. */
const mostSamples = 400
/** After this long a query that misses its target by far is not worth more samples. */
const patienceMs = 20_000

interface Timing {
  readonly facts: TargetFacts
  readonly claim: TargetClaim
}

async function timeCall(subject: Subject, call: Call, isFunction: boolean): Promise<Timing> {
  const { database, contract } = subject
  const sql = sqlOfCall(call, isFunction)
  for (let round = 0; round < warmups; round += 1) await database.query(sql, call.args)
  const latencies: number[] = []
  const started = performance.now()
  let claim: TargetClaim | undefined
  for (let wanted = firstSamples; ; wanted = mostSamples) {
    while (latencies.length < wanted && performance.now() - started < patienceMs) {
      latencies.push((await database.time(sql, call.args)).latencyMs)
      if (latencies.length % samplesBetweenLooks === 0 && isMissed(latencies, contract.targetMs))
        break
    }
    claim = judgeTarget(nonEmpty(latencies), contract.targetMs)
    const isSettled = claim.claim !== 'not-shown' || latencies.length < wanted
    if (isSettled || wanted === mostSamples) break
  }
  const samples = nonEmpty(latencies)
  return {
    claim,
    facts: {
      object: describeCall(call, isFunction),
      samples: latencies.length,
      p50Ms: median(samples),
      p95Ms: quantile(samples, targetQuantile),
      boundMs: claim.claim === 'met' ? claim.boundMs : null,
      targetMs: contract.targetMs,
      claim: claim.claim,
    },
  }
}

function isMissed(latencies: readonly number[], targetMs: number): boolean {
  return judgeTarget(nonEmpty(latencies), targetMs).claim === 'missed'
}

/** Value, bound and distance, in one line: the bound, not the value, is what the claim rests on. */
function describeTiming({ facts, claim }: Timing): string {
  const measured = `p50 ${formatMs(facts.p50Ms)}, p95 ${formatMs(facts.p95Ms)} over ${facts.samples} samples`
  switch (claim.claim) {
    case 'met':
      return `${measured}; p95 is at most ${formatMs(claim.boundMs)}: ${times(facts.targetMs / claim.boundMs)} faster than target`
    case 'missed':
      return `${measured}; p95 is at least ${formatMs(claim.boundMs)}: ${times(claim.boundMs / facts.targetMs)} slower than target`
    case 'not-shown':
      return claim.reason === 'too-few-samples'
        ? `${measured}; the claim needs ${claim.needed} samples`
        : `${measured}; p95 lies between ${formatMs(claim.lowerMs)} and ${formatMs(claim.upperMs)}`
  }
}

function times(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1)}×`
}

async function judgeCall(
  subject: Subject,
  kind: 'view' | 'function',
  call: Call,
  identity?: string,
): Promise<Outcome> {
  const isFunction = kind === 'function'
  const { targetMs } = subject.contract
  const title = `${call.relation} answers within ${targetMs} ms`
  const expected = `p95 below ${targetMs} ms, shown with 95 % confidence`
  const place = await placeOf(
    subject,
    kind,
    call.relation,
    identity === undefined ? {} : { identity },
  )
  try {
    const timing = await timeCall(subject, call, isFunction)
    subject.targets.push(timing.facts)
    const text = describeTiming(timing)
    return timing.claim.claim === 'met' ? passed(title, text) : failed(title, expected, text, place)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return failed(title, expected, `refused: ${error.message} (${error.sqlState})`, place)
  }
}

const target: Check = {
  id: 'performance/target',
  title:
    'Every view and function answers within the target, with the samples that it takes to say so',
  owes: ({ contract }) => contract.views.length + contract.functions.filter(isCallable).length,
  async run(subject) {
    const outcomes: Outcome[] = []
    for (const view of subject.contract.views) {
      outcomes.push(await judgeCall(subject, 'view', callOfView(view)))
    }
    for (const declared of subject.contract.functions.filter(isCallable)) {
      const [hardest = []] = await argumentsFor(subject.database, declared)
      const call = callOfFunction(declared, hardest)
      outcomes.push(await judgeCall(subject, 'function', call, declared.identityArguments))
    }
    return outcomes
  },
}

export const performanceChecks: readonly Check[] = [target]
