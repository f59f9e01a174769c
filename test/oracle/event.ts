import type { HookEvent } from '../../src/fixture/event.ts'

/** 2026-01-05T09:00:00Z, in microseconds since 1970: the clock's zero in these tests. */
export const originUs: number = Date.UTC(2026, 0, 5, 9) * 1_000

/** An event that counts for nothing but what `parts` says. */
export function createEvent(parts: Partial<HookEvent> = {}): HookEvent {
  return {
    id: '00000000-0000-4000-8000-000000000000',
    source: 'Notification',
    action: 'noted',
    resource: 'notice',
    resourceId: 'none',
    payload: {},
    metadata: {},
    processed: false,
    processingErrors: null,
    retryCount: 0,
    createdAtUs: originUs,
    processedAtUs: null,
    ...parts,
  }
}

/** A PostToolUse of the tool `Read` with this score and what `parts` says. */
export function createScore(
  score: HookEvent['payload'],
  parts: Partial<HookEvent> = {},
): HookEvent {
  return createEvent({
    source: 'PostToolUse',
    resourceId: 'Read',
    payload: { quality_metrics: { quality_score: score } },
    ...parts,
  })
}
