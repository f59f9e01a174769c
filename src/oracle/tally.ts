import type { HookEvent } from '../fixture/event.ts'
import { countNumber, type Histogram } from './histogram.ts'
import { numberAt, textAt, valueAt, type NumberKey } from './jsonb.ts'
import { compareText } from './order.ts'

/** First and last event, in microseconds since 1970. */
export interface Span {
  firstUs: number
  lastUs: number
}

/** What is kept of the events of one `metadata.session_id`. */
export interface SessionTally extends Span {
  prompts: number
  toolUses: number
  fullSuccesses: number
  stops: number
  completedStops: number
  /** The greatest of its SessionEnd events. */
  pattern: string | null
  readonly tools: Set<string>
  readonly agents: Set<string>
  readonly scores: Histogram
}

/** What is kept of the PostToolUse events of one `resource_id`. */
interface ToolTally extends Span {
  fullSuccesses: number
  partialSuccesses: number
  failures: number
  readonly scores: Histogram
  readonly times: TimeLog
}

/** What is kept of the events of one `payload.agent_detected`. */
interface AgentTally extends Span {
  detections: number
  prompts: number
  toolUses: number
  readonly sessions: Set<string>
  readonly sources: Set<string>
}

/** What a SessionEnd event says about its session. */
export interface SessionEnd {
  readonly atUs: number
  readonly durationSeconds: NumberKey | null
  readonly prompts: NumberKey | null
  readonly tools: NumberKey | null
}

/** Times in microseconds, 8 bytes each. */
class TimeLog {
  #times = new Float64Array(16)
  #length = 0

  get length(): number {
    return this.#length
  }

  add(us: number): void {
    if (this.#length === this.#times.length) {
      const grown = new Float64Array(this.#length * 2)
      grown.set(this.#times)
      this.#times = grown
    }
    this.#times[this.#length] = us
    this.#length += 1
  }

  /** How many lie in [fromUs, beforeUs). */
  countBetween(fromUs: number, beforeUs: number): number {
    let count = 0
    for (const us of this.#times.subarray(0, this.#length)) {
      if (us >= fromUs && us < beforeUs) count += 1
    }
    return count
  }
}

function obtain<V>(map: Map<string, V>, key: string, create: () => V): V {
  const present = map.get(key)
  if (present !== undefined) return present
  const created = create()
  map.set(key, created)
  return created
}

function emptySpan(): Span {
  return { firstUs: Infinity, lastUs: -Infinity }
}

function widen(span: Span, us: number): void {
  if (us < span.firstUs) span.firstUs = us
  if (us > span.lastUs) span.lastUs = us
}

function createSession(): SessionTally {
  return {
    ...emptySpan(),
    prompts: 0,
    toolUses: 0,
    fullSuccesses: 0,
    stops: 0,
    completedStops: 0,
    pattern: null,
    tools: new Set(),
    agents: new Set(),
    scores: new Map(),
  }
}

function createTool(): ToolTally {
  return {
    ...emptySpan(),
    fullSuccesses: 0,
    partialSuccesses: 0,
    failures: 0,
    scores: new Map(),
    times: new TimeLog(),
  }
}

function createAgent(): AgentTally {
  return {
    ...emptySpan(),
    detections: 0,
    prompts: 0,
    toolUses: 0,
    sessions: new Set(),
    sources: new Set(),
  }
}

/** Everything that any answer needs, gathered in one pass; no event is kept. */
export class Tally {
  readonly sessions: Map<string, SessionTally> = new Map()
  readonly tools: Map<string, ToolTally> = new Map()
  readonly agents: Map<string, AgentTally> = new Map()
  /** The SessionEnd events of each `payload.workflow_pattern`. */
  readonly patterns: Map<string, SessionEnd[]> = new Map()

  add(event: HookEvent): void {
    const sessionId = textAt(event.metadata, 'session_id')
    const session = sessionId === null ? null : obtain(this.sessions, sessionId, createSession)
    if (session !== null) widen(session, event.createdAtUs)
    this.#addAgent(event, sessionId, session)
    if (event.source === 'PostToolUse') this.#addToolUse(event, session)
    else if (event.source === 'SessionEnd') this.#addEnd(event, session)
    else if (session !== null && event.source === 'UserPromptSubmit') session.prompts += 1
    else if (session !== null && event.source === 'Stop') {
      session.stops += 1
      if (textAt(event.payload, 'completion_status') === 'completed') session.completedStops += 1
    }
  }

  #addAgent(event: HookEvent, sessionId: string | null, session: SessionTally | null): void {
    const name = textAt(event.payload, 'agent_detected')
    if (name === null) return
    session?.agents.add(name)
    const agent = obtain(this.agents, name, createAgent)
    widen(agent, event.createdAtUs)
    agent.detections += 1
    agent.sources.add(event.source)
    if (sessionId !== null) agent.sessions.add(sessionId)
    if (event.source === 'UserPromptSubmit') agent.prompts += 1
    if (event.source === 'PostToolUse') agent.toolUses += 1
  }

  #addToolUse(event: HookEvent, session: SessionTally | null): void {
    const outcome = textAt(event.payload, 'success_classification')
    const score = numberAt(valueAt(event.payload, 'quality_metrics'), 'quality_score')
    const tool = obtain(this.tools, event.resourceId, createTool)
    widen(tool, event.createdAtUs)
    tool.times.add(event.createdAtUs)
    countNumber(tool.scores, score)
    if (outcome === 'full_success') tool.fullSuccesses += 1
    if (outcome === 'partial_success') tool.partialSuccesses += 1
    if (outcome === 'failure') tool.failures += 1
    if (session === null) return
    session.toolUses += 1
    session.tools.add(event.resourceId)
    countNumber(session.scores, score)
    if (outcome === 'full_success') session.fullSuccesses += 1
  }

  #addEnd(event: HookEvent, session: SessionTally | null): void {
    const pattern = textAt(event.payload, 'workflow_pattern')
    if (pattern === null) return
    obtain(this.patterns, pattern, () => []).push({
      atUs: event.createdAtUs,
      durationSeconds: numberAt(event.payload, 'duration_seconds'),
      prompts: numberAt(event.payload, 'total_prompts'),
      tools: numberAt(event.payload, 'total_tools'),
    })
    if (session === null) return
    if (session.pattern === null || compareText(pattern, session.pattern) > 0) {
      session.pattern = pattern
    }
  }
}
