import type { CategoryReport, CheckCategory, Finding } from '../../src/check/check.ts'
import type { CoveragePoint, VerifyDocument } from '../../src/check/document.ts'
import { fixture, migrations, provenance } from './origin.ts'

const titles = {
  indexes: 'Index Verification',
  views: 'View Verification',
  functions: 'Function Verification',
  performance: 'Performance Tests',
  answers: 'Function Tests',
  integrity: 'Data Integrity',
  compatibility: 'Backward Compatibility',
  metadata: 'Migration Metadata',
} satisfies Record<CheckCategory, string>

function category(name: CheckCategory, counts: Partial<CategoryReport> = {}): CategoryReport {
  const whole = { declared: 1, ran: 1, passed: 1, failed: 0, skipped: 0, errored: 0 }
  return { category: name, title: titles[name], ...whole, durationMs: 12.34, ...counts }
}

function passed(name: CheckCategory): Finding {
  return {
    status: 'passed',
    title: `${name} hold`,
    checkId: `${name}/all`,
    category: name,
    durationMs: 12.34,
  }
}

function planOf(index: string): CoveragePoint {
  return { kind: 'plan', text: index, state: 'hit', detail: null }
}

const names = Object.keys(titles) as CheckCategory[]

/** Everything green: eight categories of one finding each. */
export const greenVerify = {
  schema: 'hook-harness/verify',
  schemaVersion: 1,
  status: 'passed',
  provenance,
  migrations,
  fixture,
  effort: 'standard',
  steps: [
    { role: 'base', file: '000_base.sql', statements: 12, elapsedMs: 40.2, outcome: 'applied' },
    { role: 'up', file: '004_add.sql', statements: 36, elapsedMs: 51, outcome: 'applied' },
    { role: 'rollback', file: '004_rollback.sql', statements: 1, elapsedMs: 9, outcome: 'applied' },
  ],
  objects: [
    { kind: 'function', identity: 'score(text)', place: { file: '004_add.sql', line: 80 } },
    { kind: 'index', identity: 'idx_session', place: { file: '004_add.sql', line: 19 } },
    { kind: 'view', identity: 'summary' },
    { kind: 'index', identity: 'idx_agent' },
  ],
  rollback: { verdict: 'clean', differences: [] },
  blindSpots: [],
  locks: [
    {
      place: { file: '004_add.sql', line: 19 },
      statement: 'create index idx_session',
      table: 'public.events',
      mode: 'SHARE',
      blocks: 'writes',
      heldMs: 12.34,
      rows: 100_000,
      rewritten: false,
      allowed: 'CREATE INDEX reads the table',
    },
    {
      place: { file: '004_add.sql', line: 24 },
      statement: 'create index idx_agent',
      table: 'public.events',
      mode: 'SHARE',
      blocks: 'writes',
      heldMs: 7.5,
      rows: 100_000,
      rewritten: false,
      allowed: 'CREATE INDEX reads the table',
    },
    {
      place: { file: '004_add.sql', line: 80 },
      statement: 'create view summary',
      table: 'public.events',
      mode: 'ACCESS SHARE',
      blocks: 'nothing',
      heldMs: 4,
      rows: 100_000,
      rewritten: false,
      allowed: null,
    },
    {
      place: { file: '004_rollback.sql', line: 9 },
      statement: 'drop index idx_session',
      table: 'public.events',
      mode: 'ACCESS EXCLUSIVE',
      blocks: 'reads and writes',
      heldMs: 0.5,
      rows: 100_000,
      rewritten: false,
      allowed: 'DROP INDEX takes it for a moment',
    },
  ],
  targets: [
    {
      object: 'summary',
      events: 100_000,
      samples: 100,
      p50Ms: 0.412,
      p95Ms: 0.48,
      boundMs: 0.512,
      targetMs: 100,
      claim: 'met',
      codeTier: 'optimised',
    },
    {
      object: 'score(text)',
      events: 100_000,
      samples: 12,
      p50Ms: 8,
      p95Ms: 9,
      boundMs: null,
      targetMs: 100,
      claim: 'not-shown',
      codeTier: 'optimised',
    },
  ],
  coverage: [
    { kind: 'index', object: 'idx_session', points: [planOf('idx_session')] },
    { kind: 'index', object: 'idx_agent', points: [planOf('idx_agent')] },
    {
      kind: 'view',
      object: 'summary',
      points: [
        { kind: 'column', text: 'session_id', state: 'hit', detail: null },
        { kind: 'column', text: 'pattern', state: 'hit', detail: 'with hostile rows only' },
        { kind: 'case arm', text: 'CASE WHEN n > 1', state: 'hit', detail: null },
        { kind: 'filter', text: "FILTER (WHERE kind = 'Stop')", state: 'hit', detail: null },
      ],
    },
    {
      kind: 'function',
      object: 'score',
      points: [
        { kind: 'column', text: 'score', state: 'hit', detail: null },
        {
          kind: 'case arm',
          text: 'CASE WHEN n > 1 … ELSE',
          state: 'missed',
          detail: 'no row takes it',
        },
        { kind: 'filter', text: 'FILTER (WHERE done)', state: 'missed', detail: 'it drops no row' },
        { kind: 'body', text: 'score', state: 'not measured', detail: 'it is written in plpgsql' },
      ],
    },
  ],
  categories: names.map((name) => category(name)),
  findings: names.map(passed),
  durationMs: 2_410,
} satisfies VerifyDocument

/** One finding of each status, one of several lines, a missed target, an unclean rollback. */
export const redVerify = {
  ...greenVerify,
  status: 'failed',
  rollback: {
    verdict: 'unclean',
    differences: ['+ function get_session_stats(uuid)\n    owner: postgres', '- table notes'],
  },
  targets: [
    {
      object: 'summary',
      events: 100_000,
      samples: 59,
      p50Ms: 120,
      p95Ms: 240,
      boundMs: 250,
      targetMs: 100,
      claim: 'missed',
      codeTier: 'optimised',
    },
  ],
  categories: [
    category('indexes', { declared: 2, ran: 2, passed: 1, failed: 1 }),
    category('views', { passed: 0, failed: 1 }),
    category('functions', { passed: 0, errored: 1 }),
    category('performance', { passed: 0, skipped: 1 }),
    category('metadata', { declared: 3, ran: 0, passed: 0, durationMs: 0 }),
  ],
  findings: [
    { ...passed('indexes'), status: 'passed', note: 'valid and ready' },
    {
      status: 'failed',
      title: 'idx_session is defined as declared',
      place: { file: '004_add.sql', line: 19 },
      checkId: 'indexes/definition',
      category: 'indexes',
      durationMs: 1.5,
      expected: "btree (session_id) WHERE (source = 'Stop')",
      actual: "btree (session_id) WHERE (source = 'SessionEnd')",
    },
    {
      status: 'failed',
      title: 'summary answers as the events do',
      checkId: 'views/oracle',
      category: 'views',
      durationMs: 2,
      expected: 'alpha 1\nbeta 2\ngamma 3\ndelta 4\nepsilon 5',
      actual: 'alpha 1\nbeta 2\ngamma 3\ndelta 5\nepsilon 5\nzeta 6',
    },
    {
      status: 'errored',
      title: 'score(text) is declared as it should be',
      checkId: 'functions/signature',
      category: 'functions',
      durationMs: 3,
      error: {
        code: 'E_QUERY',
        message: 'relation "summary" does not exist',
        hint: 'Look at what 004_add.sql created.',
      },
    },
    {
      status: 'skipped',
      title: 'summary is fast enough',
      checkId: 'performance/target',
      category: 'performance',
      durationMs: 0,
      reason: 'nothing to time without rows',
    },
  ],
} satisfies VerifyDocument
