import type { HookEvent } from '../fixture/event.ts'
import { countNumber, type Histogram } from './histogram.ts'
import { numberAt, textAt, valueAt, type NumberKey } from './jsonb.ts'
import { compareText } from './order.ts'
import { addNumber, emptySum, type ExactSum } from './sum.ts'

/** Raised with every change of what a tally keeps: one that was kept by another version is then not read. */
export const tallyVersion = 1

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
  /** Each once. Lists and not sets, and no longer than they must be: there are two for every session. */
  tools: readonly string[]
  agents: readonly string[]
  readonly scores: ExactSum
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
  /** How many different ones. */
  sessions: number
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
  #times: Float64Array
  #length: number

  constructor(times: Float64Array = new Float64Array(0)) {
    this.#times = times
    this.#length = times.length
  }

  get length(): number {
    return this.#length
  }

  add(us: number): void {
    if (this.#length === this.#times.length) {
      const grown = new Float64Array(Math.max(16, this.#length * 2))
      grown.set(this.#times)
      this.#times = grown
    }
    this.#times[this.#length] = us
    this.#length += 1
  }

  /** A copy. */
  toArray(): Float64Array {
    return this.#times.slice(0, this.#length)
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

/** Spelt out: an object that begins with another one's properties takes three times the room. */
function createSession(): SessionTally {
  return {
    firstUs: Infinity,
    lastUs: -Infinity,
    prompts: 0,
    toolUses: 0,
    fullSuccesses: 0,
    stops: 0,
    completedStops: 0,
    pattern: null,
    tools: [],
    agents: [],
    scores: emptySum(),
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
    sessions: 0,
    sources: new Set(),
  }
}

/** A text that was put together from others holds on to all of them; this one only to its letters. */
function flatten(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}

/** A tally as maps, sets, arrays and plain objects, which a structured clone carries. */
export interface TallyState {
  readonly sessions: Map<string, SessionTally>
  readonly tools: Map<string, Omit<ToolTally, 'times'> & { readonly times: Float64Array }>
  readonly agents: Map<string, AgentTally>
  readonly patterns: Map<string, SessionEnd[]>
}

/** Everything that any answer needs, gathered in one pass; no event is kept. */
export class Tally {
  readonly sessions: Map<string, SessionTally>
  readonly tools: Map<string, ToolTally>
  readonly agents: Map<string, AgentTally>
  /** The SessionEnd events of each `payload.workflow_pattern`. */
  readonly patterns: Map<string, SessionEnd[]>

  /** Nothing, or what a tally held when it was asked for its `state`. */
  constructor(state?: TallyState) {
    this.sessions = state?.sessions ?? new Map()
    this.agents = state?.agents ?? new Map()
    this.patterns = state?.patterns ?? new Map()
    this.tools = new Map()
    for (const [name, tool] of state?.tools ?? []) {
      this.tools.set(name, { ...tool, times: new TimeLog(tool.times) })
    }
  }

  /** What it holds; shared with it, and so to be written away before another event is added. */
  state(): TallyState {
    const tools: TallyState['tools'] = new Map()
    for (const [name, tool] of this.tools) tools.set(name, { ...tool, times: tool.times.toArray() })
    return { sessions: this.sessions, tools, agents: this.agents, patterns: this.patterns }
  }

  add(event: HookEvent): void {
    const session = this.#sessionOf(event)
    if (session !== null) widen(session, event.createdAtUs)
    this.#addAgent(event, session)
    if (event.source === 'PostToolUse') this.#addToolUse(event, session)
    else if (event.source === 'SessionEnd') this.#addEnd(event, session)
    else if (session !== null && event.source === 'UserPromptSubmit') session.prompts += 1
    else if (session !== null && event.source === 'Stop') {
      session.stops += 1
      if (textAt(event.payload, 'completion_status') === 'completed') session.completedStops += 1
    }
  }

  #sessionOf({ metadata }: HookEvent): SessionTally | null {
    const id = textAt(metadata, 'session_id')
    if (id === null) return null
    const present = this.sessions.get(id)
    if (present !== undefined) return present
    const created = createSession()
    this.sessions.set(flatten(id), created)
    return created
  }

  #addAgent(event: HookEvent, session: SessionTally | null): void {
    const name = textAt(event.payload, 'agent_detected')
    if (name === null) return
    const agent = obtain(this.agents, name, createAgent)
    widen(agent, event.createdAtUs)
    agent.detections += 1
    agent.sources.add(event.source)
    if (session !== null && !session.agents.includes(name)) {
      session.agents = session.agents.concat(name)
      agent.sessions += 1
    }
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
    if (!session.tools.includes(event.resourceId)) {
      session.tools = session.tools.concat(event.resourceId)
    }
    addNumber(session.scores, score)
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
