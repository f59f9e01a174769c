import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import { messageOf, usageError } from '../errors.ts'
import { writeFileWhole } from '../file.ts'
import type { FixtureFacts } from '../provenance.ts'
import type { ObjectSeen } from './object.ts'
import type { Execution, Question, Subject } from './result.ts'
import type { WriteFacts, WriteName } from './size.ts'

/** Exact work as a file keeps it: the same on every machine for one version of Postgres and one generator. */
export interface Baseline {
  readonly schema: 'hook-harness/baseline'
  readonly schemaVersion: 2
  /** As `server_version` says it. */
  readonly postgres: string
  readonly objects: readonly ObjectSeen[]
  /** Definitions by name. */
  readonly indexes: Readonly<Record<string, string>>
  /** In ascending order. */
  readonly scales: readonly BaselineScale[]
}

export interface BaselineScale {
  readonly scale: number
  /** Whose rows they were. */
  readonly fixture: Pick<FixtureFacts, 'name' | 'seed' | 'payload' | 'generatorVersion'>
  readonly queries: readonly BaselineQuery[]
  /** Bytes by name. */
  readonly indexes: Readonly<Record<string, number>>
  readonly writes: Readonly<Record<WriteName, WriteFacts>>
}

/** No answer: rows carry times, and the oracle judges them from the events, here as everywhere. */
export type BaselineQuery = Omit<Subject, 'scale'> & Question & Omit<Execution, 'answer'>

export interface LoadedBaseline {
  readonly baseline: Baseline
  /** Sixteen hex digits of the file. */
  readonly checksum: string
}

/**
 * Reads a baseline; undefined where there is no such file.
 * @throws {HarnessError} E_BASELINE, fault `usage`: it can't be read, or is no baseline.
 */
export async function loadBaseline(file: string): Promise<LoadedBaseline | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ENOENT') return undefined
    throw complain(file, `it can't be read: ${messageOf(error)}`)
  }
  return { baseline: parseBaseline(text, file), checksum: checksumOf(text) }
}

/** Writes it whole or not at all; returns its checksum. @throws {HarnessError} E_FILE_WRITE */
export async function saveBaseline(file: string, baseline: Baseline): Promise<string> {
  const text = `${JSON.stringify(baseline, null, 2)}\n`
  await writeFileWhole(file, [text])
  return checksumOf(text)
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** @throws {HarnessError} E_BASELINE: what was found where, and what was expected. */
export function parseBaseline(text: string, file: string): Baseline {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw complain(file, `it is no JSON: ${messageOf(error)}`)
  }
  const check = new Ajv({ meta: false, validateSchema: false }).compile<Baseline>(schema)
  if (check(document)) return document
  const [first] = check.errors ?? []
  throw complain(file, `${first?.instancePath || '/'} ${first?.message ?? 'is wrong'}`)
}

function complain(file: string, found: string): Error {
  return usageError(
    'E_BASELINE',
    `Baseline '${file}': ${found}`,
    'Delete it and write it anew with hook-harness gate --baseline <file> --update.',
  )
}

const count = { type: 'integer', minimum: 0 }
const text = { type: 'string' }
const texts = { type: 'array', items: text }

/** Of nothing there is nothing to compare. */
function someOf(items: object): object {
  return { type: 'array', items, minItems: 1 }
}

function recordOf(properties: Readonly<Record<string, object>>): object {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  }
}

const writeShape = recordOf({ bytes: count, records: count })

const queryShape = recordOf({
  id: text,
  title: text,
  object: recordOf({ kind: { enum: ['view', 'function', 'index'] }, name: text }),
  sql: text,
  parametersSql: { type: ['string', 'null'] },
  work: recordOf({
    blocks: count,
    tempBlocks: count,
    tuples: count,
    tuplesRemoved: count,
    heapFetches: count,
  }),
  rows: count,
  fingerprint: text,
  plan: texts,
  indexes: texts,
})

const schema = recordOf({
  schema: { const: 'hook-harness/baseline' },
  schemaVersion: { const: 2 },
  postgres: text,
  objects: someOf(recordOf({ kind: text, name: text, identity: text })),
  indexes: { type: 'object', additionalProperties: text },
  scales: someOf(
    recordOf({
      scale: { type: 'integer', minimum: 1 },
      fixture: recordOf({ name: text, seed: text, payload: text, generatorVersion: count }),
      queries: someOf(queryShape),
      indexes: { type: 'object', additionalProperties: count },
      writes: recordOf({ insert: writeShape, update: writeShape }),
    }),
  ),
})
