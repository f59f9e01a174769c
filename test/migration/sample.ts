import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contract } from '../../src/migration/contract.ts'
import { checksumOf } from '../../src/migration/script.ts'
import type { Script } from '../../src/migration/script.ts'
import type { TransactionMode } from '../../src/migration/transaction.ts'

/** A small contract that is right in every field. */
export const sampleContract: Contract = {
  contractVersion: 1,
  title: 'Orders',
  files: {
    base: ['000_orders.sql'],
    migrations: [
      { version: 1, up: '001_totals.sql', patches: ['001b_fix.sql'], rollback: '001_rollback.sql' },
    ],
  },
  targetMs: 100,
  tables: ['orders'],
  fixture: null,
  record: {
    table: 'applied',
    sql: 'select file, version::text, elapsed_ms from applied',
    rows: [{ file: '001_totals.sql', version: '1' }],
    existingSql: null,
  },
  indexes: [
    {
      name: 'idx_orders_day',
      table: 'orders',
      method: 'btree',
      unique: false,
      keys: ['day DESC'],
      include: [],
      predicate: null,
      comment: 'By day',
      serves: ['select * from orders order by day desc limit 1'],
      waiver: null,
    },
  ],
  views: [
    {
      name: 'totals',
      columns: [
        { name: 'day', type: 'date' },
        { name: 'total', type: 'bigint' },
      ],
      order: [{ column: 'day', descending: false }],
      comment: 'Orders a day',
      totals: [],
    },
  ],
  functions: [
    {
      name: 'total_of',
      identityArguments: 'p_day date',
      identityArgumentsBeforePatches: null,
      arguments: 'p_day date',
      result: 'bigint',
      columns: [],
      language: 'sql',
      volatility: 'stable',
      strict: false,
      securityDefiner: false,
      parallel: 'unsafe',
      comment: 'Orders of one day',
      callsSql: 'select distinct day from orders',
      examples: [[null], ['2020-01-01']],
    },
  ],
  preserved: { queries: [], writes: [] },
  others: [],
  changes: [],
  vocabulary: [],
}

/** The files of `sampleContract`, contract included. */
export const sampleFiles: Readonly<Record<string, string>> = {
  'contract.json': JSON.stringify(sampleContract),
  '000_orders.sql': 'create table orders (day date);\n',
  '001_totals.sql': [
    'begin;',
    'create table applied (file text, version integer, elapsed_ms integer);',
    'create index idx_orders_day on orders (day desc);',
    'create view totals as select day, count(*) as total from orders group by day;',
    "comment on view totals is 'Orders a day';",
    'create function total_of(p_day text) returns bigint language sql as',
    "  'select count(*) from orders where day::text = p_day';",
    "insert into applied values ('001_totals.sql', 1, 5);",
    'commit;',
    '',
  ].join('\n'),
  '001b_fix.sql': [
    'begin;',
    'drop function total_of(text);',
    'create function total_of(p_day date) returns bigint language sql as',
    "  'select count(*) from orders where day = p_day';",
    'commit;',
    '',
  ].join('\n'),
  '001_rollback.sql':
    'begin;\ndrop function total_of(date);\ndrop view totals;\ndrop index idx_orders_day;\ndrop table applied;\ncommit;\n',
}

/** A folder with these files, gone at the end of the block. */
export async function openFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'migrations-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

/** A script that never was a file. */
export function scriptOf(
  text: string,
  file = '004_change.sql',
  transaction: TransactionMode = 'own',
): Script {
  return {
    role: 'up',
    version: 4,
    transaction,
    file,
    path: `migrations/${file}`,
    text,
    checksum: checksumOf(text),
    notes: [],
  }
}
