import { blockingModes } from '../database/lock-mode.ts'
import { objectKinds } from './catalog/kind.ts'
import { transactionModes } from './transaction.ts'

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>

const text: Schema = { type: 'string', minLength: 1 }
const sql: Schema = { type: 'string', minLength: 1 }
const reason: Schema = { type: 'string', pattern: '\\S' }
const flag: Schema = { type: 'boolean' }
const anyText: Schema = { type: 'string' }
const version: Schema = { type: 'integer', minimum: 0 }
const file: Schema = { type: 'string', pattern: '^[^/\\\\]+$' }

function listOf(items: Schema, rules: Schema = {}): Schema {
  return { type: 'array', items, ...rules }
}

function orNull(schema: Schema): Schema {
  return { ...schema, type: [schema['type'], 'null'] }
}

/** Every property but the optional ones is required and no other is known: what is misspelt must not be what is missing. */
function recordOf(
  properties: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return {
    type: 'object',
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  }
}

function describe(description: string, schema: Schema): Schema {
  return { description, ...schema }
}

const filesSchema = recordOf(
  {
    base: describe('The schema before the first migration, in order.', listOf(file)),
    migrations: describe(
      'In the order of application; rolled back in the reverse order.',
      listOf(recordOf({ version, up: file, patches: listOf(file), rollback: file }), {
        minItems: 1,
      }),
    ),
  },
  {
    ignored: describe(
      'SQL files beside them that nothing executes, each with a reason that the report shows.',
      listOf(recordOf({ file, reason })),
    ),
  },
)

const transactionMode: Schema = { type: 'string', enum: transactionModes }

const transactionsSchema = recordOf({
  default: describe(
    'Of every file that is not named. own: it begins and commits; wrapped: whoever executes it does; none: nobody does.',
    transactionMode,
  ),
  files: { type: 'object', additionalProperties: transactionMode },
})

const recordSchema = recordOf({
  table: text,
  sql: describe(
    'A query of one row a recorded file: file text, version text, elapsed_ms integer (null where none is kept).',
    sql,
  ),
  rows: listOf(recordOf({ file, version: text })),
  existingSql: describe(
    'A script that makes the table, with rows of its own, as a deployment may already have it; null: it can not.',
    orNull(sql),
  ),
})

const indexSchema = recordOf({
  name: text,
  table: text,
  method: text,
  unique: flag,
  keys: describe(
    'Key columns or expressions as pg_get_indexdef prints them, with their options.',
    listOf(text, { minItems: 1 }),
  ),
  include: describe('INCLUDE columns.', listOf(text)),
  predicate: orNull(text),
  comment: anyText,
  serves: describe('Queries that this index exists for.', listOf(sql)),
  waiver: describe('Why the index may stay unused; null: it may not.', orNull(text)),
})

const columnsSchema = listOf(recordOf({ name: text, type: text }))

const viewSchema = recordOf({
  name: text,
  columns: columnsSchema,
  order: describe(
    'The total order of the rows: the last key makes it total.',
    listOf(recordOf({ column: text, descending: flag })),
  ),
  comment: anyText,
  totals: describe(
    'Conservation laws between the view and its base tables: each query returns expected and actual.',
    listOf(recordOf({ title: text, sql })),
  ),
})

const functionSchema = recordOf(
  {
    name: text,
    identityArguments: describe(
      'As pg_get_function_identity_arguments prints them, after all patches.',
      anyText,
    ),
    identityArgumentsBeforePatches: describe(
      'The same before the patches, where a patch changes them.',
      orNull(anyText),
    ),
    arguments: describe('As pg_get_function_arguments prints them: with defaults.', anyText),
    result: describe('As pg_get_function_result prints it.', text),
    columns: columnsSchema,
    language: text,
    volatility: { type: 'string', enum: ['immutable', 'stable', 'volatile'] },
    strict: flag,
    securityDefiner: flag,
    parallel: { type: 'string', enum: ['safe', 'restricted', 'unsafe'] },
    comment: anyText,
    callsSql: describe(
      'A query whose rows are argument lists, one column an argument; the first row is the hardest. Null: none.',
      orNull(sql),
    ),
    examples: describe(
      'Argument lists that the data cannot supply.',
      listOf(listOf({ type: ['string', 'number', 'null'] })),
    ),
  },
  {
    waiver: describe(
      'Why nothing needs to call it, where there are no calls; the report shows it. Absent: something does.',
      reason,
    ),
  },
)

const factsSchema: Schema = {
  type: 'object',
  additionalProperties: { type: ['string', 'number', 'boolean'] },
}

const changedFacts: Schema = describe(
  'The facts of the object that change, as they are afterwards: no other may. Absent: it may become what it likes.',
  { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } },
)

const locksSchema = listOf(
  recordOf(
    {
      file,
      table: text,
      rewrite: describe('Whether the script may write every row of the table anew, too.', flag),
      reason: text,
    },
    {
      mode: describe('The strongest lock; absent: ACCESS EXCLUSIVE.', {
        type: 'string',
        enum: blockingModes,
      }),
    },
  ),
)

const promisesSchema = recordOf(
  {
    strict: describe(
      'Refused, with nothing changed, where an object that it drops is missing, or what it rolls back is not recorded.',
      listOf(file),
    ),
  },
  {
    repeatable: describe(
      'Executed once more right away, it is not refused, and changes nothing.',
      listOf(file),
    ),
  },
)

const titledQueries = listOf(recordOf({ title: text, sql }))

const documentSchema = recordOf(
  {
    contractVersion: { type: 'integer', const: 1 },
    title: text,
    files: filesSchema,
    targetMs: describe('Every view and function must answer within this time.', {
      type: 'number',
      exclusiveMinimum: 0,
    }),
    tables: describe(
      'Tables that existed before; the first is the one the views read.',
      listOf(text, { uniqueItems: true }),
    ),
    fixture: describe('What the tables are filled with; null: with what the base scripts insert.', {
      enum: ['hook-events', null],
    }),
    record: orNull(recordSchema),
    indexes: listOf(indexSchema),
    views: listOf(viewSchema),
    functions: listOf(functionSchema),
    others: describe(
      'Everything else that the migrations create, as a catalog snapshot names it.',
      listOf(recordOf({ kind: text, identity: text, facts: factsSchema })),
    ),
    changes: describe(
      'What existed before and is meant to change. Kinds besides those of objects stand for the rows of a table: "rows" change or grow more, "lost rows" are taken away, "writes" end otherwise than before, a "lossy rollback" does not bring all of them back.',
      listOf(recordOf({ kind: text, identity: text, reason: text }, { facts: changedFacts })),
    ),
    preserved: recordOf({ queries: titledQueries, writes: titledQueries }),
    vocabulary: titledQueries,
  },
  {
    transactions: describe(
      'How the files are executed; absent: each is a transaction of its own making.',
      transactionsSchema,
    ),
    snapshotExclusions: describe(
      'Kinds of objects that catalogs are compared without, each with a reason that the report shows.',
      listOf(recordOf({ kind: { type: 'string', enum: objectKinds }, reason })),
    ),
    locks: describe(
      'Locks that keep readers or writers of a table that existed before waiting, and that a script may take.',
      locksSchema,
    ),
    session: describe(
      'What may outlive a script in its session, as the check metadata/session names it: setting lock_timeout.',
      listOf(recordOf({ file, effect: text, reason })),
    ),
    promises: describe(
      'Files that promise more than to work where they belong, by what it is.',
      promisesSchema,
    ),
  },
)

/** The shape of `contract.json`: `Contract`, and `$schema` for editors. `migrations/contract.schema.json` is its copy. */
export const contractSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'What the migrations of one folder must create',
  ...documentSchema,
  properties: { $schema: { type: 'string' }, ...(documentSchema['properties'] as Schema) },
}
