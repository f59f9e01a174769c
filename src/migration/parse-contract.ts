import type { ErrorObject, ValidateFunction } from 'ajv'
import { parse } from 'lossless-json'
import { messageOf, usageError } from '../errors.ts'
import { contractSchema } from './contract-schema.ts'
import type { Contract } from './contract.ts'
import { advancePosition } from './position.ts'

/** One thing wrong with a contract: where (a JSON pointer), and what was found against what must be. */
interface Complaint {
  readonly pointer: string
  readonly text: string
}

/**
 * Reads a contract and holds it against its schema and against itself.
 * @throws {HarnessError} `E_CONTRACT`, fault `usage`: not JSON (line and column), or complaints with JSON pointers.
 */
export async function parseContract(text: string, path: string): Promise<Contract> {
  const document = parseJson(text, path)
  const complaints = await validate(document)
  if (complaints.length > 0) throw contractError(path, complaints)
  const { $schema: _, ...contract } = document as Contract & { $schema?: string }
  const contradictions = findContradictions(contract)
  if (contradictions.length > 0) throw contractError(path, contradictions)
  return contract
}

/** JSON.parse of Node 20 names a place for some errors only. */
function parseJson(text: string, path: string): unknown {
  try {
    return parse(text.replace(/^\uFEFF/, ''), null, Number)
  } catch (error) {
    const [, reason, offset] = /^(.*) at position (\d+)$/s.exec(messageOf(error)) ?? []
    if (reason === undefined) throw error
    const { line, column } = advancePosition({ line: 1, column: 1 }, text.slice(0, Number(offset)))
    throw usageError('E_CONTRACT', `Contract '${path}' line ${line}, column ${column}: ${reason}`)
  }
}

let validator: Promise<ValidateFunction> | undefined

/** Importing and compiling costs more than all the rest of reading a folder: once, and only where a contract is read. */
async function compileValidator(): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv')
  // A test holds the schema against its meta-schema; here that would double the time.
  const rules = { allErrors: true, verbose: true, allowUnionTypes: true }
  return new Ajv({ ...rules, meta: false, validateSchema: false }).compile(contractSchema)
}

async function validate(document: unknown): Promise<readonly Complaint[]> {
  validator ??= compileValidator()
  const check = await validator
  return check(document) ? [] : (check.errors ?? []).map(describeViolation)
}

function describeViolation(error: ErrorObject): Complaint {
  const { instancePath, keyword, params, data, parentSchema, message } = error
  if (keyword === 'additionalProperties') {
    const known = Object.keys((parentSchema?.['properties'] ?? {}) as object)
    return {
      pointer: `${instancePath}/${params['additionalProperty']}`,
      text: `found an unknown field, expected one of ${known.join(', ')}`,
    }
  }
  if (keyword === 'required') {
    return {
      pointer: `${instancePath}/${params['missingProperty']}`,
      text: 'found nothing, expected a value',
    }
  }
  return {
    pointer: instancePath,
    text: `found ${renderValue(data)}, expected it to ${describeRule(keyword, params, message)}`,
  }
}

function describeRule(keyword: string, params: ErrorObject['params'], message = ''): string {
  if (keyword === 'enum') return `be one of ${params['allowedValues'].join(', ')}`
  if (keyword === 'const') return `be ${params['allowedValue']}`
  return message.replace(/^must /, '')
}

function renderValue(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function findContradictions(contract: Contract): readonly Complaint[] {
  const { files, indexes, views, functions } = contract
  const forward = files.migrations.flatMap(({ up, patches }) => [up, ...patches])
  const scripts = [...files.base, ...forward, ...files.migrations.map(({ rollback }) => rollback)]
  return [
    ...findRepeated('/files', 'file', [
      ...scripts,
      ...(files.ignored ?? []).map((one) => one.file),
    ]),
    ...findDisorder(files.migrations.map((migration) => migration.version)),
    ...findRepeated(
      '/indexes',
      'index',
      indexes.map(({ name }) => name),
    ),
    ...findRepeated(
      '/views',
      'view',
      views.map(({ name }) => name),
    ),
    ...findRepeated(
      '/functions',
      'function',
      functions.map(({ name, identityArguments }) => `${name}(${identityArguments})`),
    ),
    ...views.flatMap(({ columns }, index) =>
      findRepeated(
        `/views/${index}/columns`,
        'column',
        columns.map(({ name }) => name),
      ),
    ),
    ...views.flatMap(({ columns, order }, index) =>
      findUnknown(
        `/views/${index}/order`,
        'column',
        order.map(({ column }) => column),
        columns.map(({ name }) => name),
      ),
    ),
    ...findUnseen(contract),
    ...findStrangers(contract, forward, scripts),
  ]
}

/** Files that something is said about and that play no part. */
function findStrangers(
  { transactions, record, locks, session, promises }: Contract,
  forward: readonly string[],
  scripts: readonly string[],
): readonly Complaint[] {
  return [
    ...findUnknown('/transactions/files', 'file', Object.keys(transactions?.files ?? {}), scripts),
    ...findUnknown(
      '/record/rows',
      'file',
      (record?.rows ?? []).map(({ file }) => file),
      forward,
    ),
    ...findUnknown(
      '/locks',
      'file',
      (locks ?? []).map((allowance) => allowance.file),
      scripts,
    ),
    ...findUnknown(
      '/session',
      'file',
      (session ?? []).map((allowance) => allowance.file),
      scripts,
    ),
    ...findUnknown('/promises/repeatable', 'file', promises?.repeatable ?? [], scripts),
    ...findUnknown('/promises/strict', 'file', promises?.strict ?? [], scripts),
  ]
}

/** What is declared of a kind that nobody looks at would be missing every time. */
function findUnseen(contract: Contract): readonly Complaint[] {
  const { snapshotExclusions = [], indexes, views, functions, others, changes } = contract
  const kinds = snapshotExclusions.map(({ kind }) => kind)
  const declared: readonly (readonly [string, readonly string[]])[] = [
    ['/indexes', indexes.map(() => 'index')],
    ['/views', views.map(() => 'view')],
    ['/functions', functions.map(() => 'function')],
    ['/others', others.map(({ kind }) => kind)],
    ['/changes', changes.map(({ kind }) => kind)],
  ]
  return [
    ...findRepeated('/snapshotExclusions', 'kind', kinds),
    ...kinds.flatMap((kind, index) => {
      const found = declared.find(([, own]) => own.includes(kind))
      if (found === undefined) return []
      return [
        {
          pointer: `/snapshotExclusions/${index}`,
          text: `found kind '${kind}', expected one of which ${found[0]} declares nothing`,
        },
      ]
    }),
  ]
}

function findRepeated(pointer: string, noun: string, names: readonly string[]): Complaint[] {
  const repeated = names.filter((name, index) => names.indexOf(name) !== index)
  return repeated.map((name) => ({
    pointer,
    text: `found ${noun} '${name}' more than once, expected it once`,
  }))
}

function findUnknown(
  pointer: string,
  noun: string,
  names: readonly string[],
  known: readonly string[],
): Complaint[] {
  return names.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [
          {
            pointer: `${pointer}/${index}`,
            text: `found ${noun} '${name}', expected one of ${known.join(', ')}`,
          },
        ],
  )
}

function findDisorder(versions: readonly number[]): Complaint[] {
  return versions.flatMap((version, index) => {
    const previous = versions[index - 1]
    if (previous === undefined || version > previous) return []
    return [
      {
        pointer: `/files/migrations/${index}/version`,
        text: `found ${version} after ${previous}, expected ascending versions`,
      },
    ]
  })
}

const shownComplaints = 10

function contractError(path: string, complaints: readonly Complaint[]): Error {
  const shown = complaints
    .slice(0, shownComplaints)
    .map(({ pointer, text }) => `${pointer || '/'}: ${text}`)
  const rest = complaints.length - shown.length
  return usageError(
    'E_CONTRACT',
    `Contract '${path}' ${[...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')}`,
    "contract.schema.json, beside the package's own contract, describes every field.",
  )
}
