import type { BenchDocument, Measurement, Rung } from '../../src/benchmark/result.ts'
import { fixture, migrations, provenance } from './origin.ts'

const measured = {
  state: 'measured',
  workloadId: 'function/score',
  title: 'score(text) of one session',
  object: 'score',
  scale: 227,
  samples: [
    { latencyMs: 0.4, rows: 1 },
    { latencyMs: 0.5, rows: 1 },
  ],
  p50Ms: 0.45,
  p75Ms: 0.475,
  p95Ms: 0.495,
  p99Ms: 0.499,
  madMs: 0.05,
  medianIntervalMs: [0.4, 0.5],
  marginPercent: 11.1,
  target: { targetMs: 100, claim: 'met', boundMs: 0.5 },
  plan: {
    fingerprint: '0123456789abcdef',
    executionMs: 0.3,
    blocks: 12,
    tempBlocks: 0,
    tuples: 5,
    tuplesRemoved: 1,
    heapFetches: 0,
    indexes: ['idx_session'],
    inner: {
      fingerprint: 'fedcba9876543210',
      executionMs: 0.2,
      blocks: 12,
      tempBlocks: 0,
      tuples: 5,
      tuplesRemoved: 1,
      heapFetches: 0,
      indexes: ['idx_session'],
      json: [],
    },
    json: [{ Plan: { 'Node Type': 'Result' } }],
  },
} satisfies Measurement

const wrong = {
  state: 'void',
  workloadId: 'view/summary',
  title: 'summary, every row',
  object: 'summary',
  scale: 227,
  fault: 'wrong',
  reason: 'the second sample',
  mismatch: { expectedRows: 3, actualRows: 4 },
} satisfies Measurement

const broken = {
  state: 'void',
  workloadId: 'ingest/batch',
  title: 'insert 1000 events',
  object: null,
  scale: 227,
  fault: 'error',
  reason: 'value too long for type character varying(255)',
} satisfies Measurement

const rung = {
  scale: 227,
  fixture,
  medium: 'memory',
  storage: {
    tableBytes: 131_072,
    toastBytes: 8_192,
    indexes: [
      { name: 'hook_events_pkey', sizeBytes: 16_384, ofMigration: false },
      { name: 'idx_session', sizeBytes: 16_384, ofMigration: true },
    ],
    totalBytes: 172_032,
    addedBytesPerEvent: 72.2,
  },
  indexUse: [{ name: 'idx_session', scans: 14 }],
  indexBuilds: [{ name: 'idx_session', elapsedMs: [1.2, 1.1] }],
  writeCosts: [
    {
      title: 'one event',
      beforeId: 'ingest/one-before',
      afterId: 'ingest/one',
      ratio: 1.2,
      ratioInterval: [1.1, 1.3],
    },
  ],
  cold: [{ workloadId: 'view/summary', latenciesMs: [4, 5], p50Ms: 4.5, warmP50Ms: 0.4 }],
  measurements: [measured],
  durationMs: 900,
} satisfies Rung

const law = {
  growthClass: 'n log n',
  plausible: ['n log n', 'n'],
  exponent: 1.07,
  exponentInterval: [1.01, 1.13],
} as const

export const greenBench = {
  schema: 'hook-harness/bench',
  schemaVersion: 1,
  status: 'passed',
  provenance,
  migrations,
  seed: 'bench',
  settings: { work_mem: '4MB' },
  rungs: [rung],
  unbuilt: [],
  omitted: [],
  growth: [],
  durationMs: 4_200,
} satisfies BenchDocument

/** Every kind of measurement, of rung and of growth. */
export const redBench = {
  ...greenBench,
  status: 'failed',
  rungs: [
    { ...rung, measurements: [measured, wrong, broken] },
    {
      ...rung,
      scale: 10_000,
      medium: 'folder',
      measurements: [
        {
          ...measured,
          scale: 10_000,
          medianIntervalMs: null,
          marginPercent: null,
          target: { targetMs: 100, claim: 'not-shown', boundMs: null },
          plan: null,
        },
        {
          ...measured,
          workloadId: 'migrate/up',
          title: 'migrate',
          scale: 10_000,
          object: null,
          target: null,
        },
      ],
    },
  ],
  unbuilt: [{ scale: 100_000, reason: 'no space left on device' }],
  omitted: [{ scale: 1_000_000, reason: 'needs 3 minutes, 1 is left' }],
  growth: [
    {
      workloadId: 'function/score',
      title: 'score(text) of one session',
      object: 'score',
      points: [
        {
          scale: 227,
          p50Ms: 0.45,
          p95Ms: 0.495,
          blocks: 12,
          tuples: 5,
          fingerprint: '0123456789abcdef',
          indexes: ['idx_session'],
          isPlanChanged: false,
        },
        {
          scale: 10_000,
          p50Ms: 9,
          p95Ms: 9.9,
          blocks: 900,
          tuples: 10_000,
          fingerprint: 'fedcba9876543210',
          indexes: [],
          isPlanChanged: true,
        },
      ],
      time: law,
      blocks: law,
      tuples: null,
      reach: { reached: 'at', events: 341_234, interval: [300_000, null], farOut: true },
      foretelling: {
        scale: 10_000,
        predictedMs: 8,
        intervalMs: [7, 9],
        measuredMs: 9,
        isInside: true,
      },
    },
    {
      workloadId: 'view/summary',
      title: 'summary, every row',
      object: 'summary',
      points: [],
      time: law,
      blocks: null,
      tuples: null,
      reach: { reached: 'already' },
      foretelling: null,
    },
    {
      workloadId: 'migrate/up',
      title: 'migrate',
      object: null,
      points: [],
      time: null,
      blocks: null,
      tuples: null,
      reach: null,
      foretelling: null,
    },
  ],
} satisfies BenchDocument
