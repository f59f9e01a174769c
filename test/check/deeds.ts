import type { Choice } from '../../src/check/check.ts'
import type { Contract } from '../../src/migration/contract.ts'

/** Something that the second migration does on purpose, and how it goes wrong. */
export interface Deed {
  readonly title: string
  readonly check: Choice
  readonly base?: string
  readonly up: string
  readonly down: string
  readonly changes?: Contract['changes']
  /** What the findings name. */
  readonly named: string
}

export const reason = 'It was said.'

export const lossy: Deed = {
  title: 'a rollback that does not bring back what the migration dropped',
  check: 'integrity/rows',
  base: "alter table purchase add column hint text default 'none';",
  up: 'alter table purchase drop column hint;',
  down: "alter table purchase add column hint text default 'none'; update purchase set hint = null;",
  changes: [
    { kind: 'column', identity: 'public.purchase.hint', reason },
    { kind: 'rows', identity: 'public.purchase', reason },
  ],
  named: 'public.purchase: 600 rows, but not the same ones',
}

const constraint = 'purchase_amount_check on public.purchase'
const unchecked: Pick<Deed, 'check' | 'up' | 'changes'> = {
  check: 'integrity/rows',
  up: 'alter table purchase drop constraint purchase_amount_check;',
  changes: [{ kind: 'constraint', identity: constraint, reason }],
}
const checkAgain = 'alter table purchase add constraint purchase_amount_check check (amount >= 0);'

export const refused: Deed = {
  ...unchecked,
  title: 'a rollback that is refused where the new schema took rows',
  down: checkAgain,
  named: "'lossy rollback'",
}

export const deeds: readonly Deed[] = [
  lossy,
  {
    ...unchecked,
    title: 'a rollback that deletes rows which the new schema took',
    down: `delete from purchase where amount < 0;\n${checkAgain}`,
    named: 'public.purchase: ',
  },
  refused,
  {
    title: 'a migration that takes rows away where values are meant to change',
    check: 'integrity/rows',
    up: 'delete from purchase where amount < 10;',
    down: '',
    changes: [{ kind: 'rows', identity: 'public.purchase', reason }],
    named: '600 rows at least',
  },
  {
    title: 'a rollback that sets a sequence back',
    check: 'integrity/sequences',
    up: '',
    down: 'alter sequence purchase_id_seq restart;',
    named: 'public.purchase_id_seq: gives 1 next, 600 rows have that or come after',
  },
  {
    title: 'a migration that sets a sequence back',
    check: 'integrity/sequences',
    up: "select setval('customer_id_seq', 1);",
    down: '',
    named: 'public.customer_id_seq: gives 2 next, 39 rows have that or come after',
  },
  {
    title: 'a sequence of no column that is set back',
    check: 'integrity/sequences',
    base: "create sequence ticket; select nextval('ticket'), nextval('ticket');",
    up: 'alter sequence ticket restart;',
    down: '',
    named: 'public.ticket: gives 1 next, 3 before',
  },
  {
    title: 'a new column that old programs leave empty',
    check: 'compatibility/writes',
    up: "alter table purchase add column currency text; update purchase set currency = 'EUR'; alter table purchase alter column currency set not null;",
    down: 'alter table purchase drop column currency;',
    named: 'null value in column',
  },
  {
    title: 'a trigger that reads a column which is not there',
    check: 'compatibility/writes',
    up: "create function audit() returns trigger language plpgsql as 'begin new.purchased_at := now(); return new; end'; create trigger audit before insert or update on purchase for each row execute function audit();",
    down: 'drop trigger audit on purchase; drop function audit();',
    named: 'has no field',
  },
  {
    title: 'a trigger that loses what is written',
    check: 'compatibility/writes',
    up: "create function audit() returns trigger language plpgsql as 'begin return null; end'; create trigger audit before insert or update on purchase for each row execute function audit();",
    down: 'drop trigger audit on purchase; drop function audit();',
    named: 'INSERT of every column: no row',
  },
  {
    title: 'a trigger that only keeps rows from being deleted, and that the rollback leaves',
    check: 'compatibility/writes',
    up: "create function audit() returns trigger language plpgsql as 'begin return null; end'; create trigger audit before delete on customer for each row execute function audit();",
    down: '',
    named: 'deleted after the rollback as before',
  },
  {
    title: 'a materialized view with something else in it',
    check: 'integrity/rows',
    base: 'create materialized view totals as select sum(amount) from purchase;',
    up: 'update purchase set amount = amount + 1; refresh materialized view totals; update purchase set amount = amount - 1;',
    down: '',
    named: 'public.totals: 1 rows, but not the same ones',
  },
  {
    title: 'more of an object changes than what is declared',
    check: 'compatibility/additive',
    up: 'alter table purchase enable row level security; grant select on purchase to public;',
    down: 'revoke all on purchase from public; alter table purchase disable row level security;',
    changes: [
      { kind: 'table', identity: 'public.purchase', facts: { row_security: true }, reason },
    ],
    named: 'privileges: as before',
  },
  {
    title: 'an object changes otherwise than declared',
    check: 'compatibility/additive',
    base: 'create view big as select id from purchase where amount > 20;',
    up: 'create or replace view big as select id from purchase where amount > 2000;',
    down: 'create or replace view big as select id from purchase where amount > 20;',
    changes: [
      {
        kind: 'view',
        identity: 'public.big',
        facts: {
          definition: ' SELECT id\n   FROM purchase\n  WHERE amount > 200::numeric;',
        },
        reason,
      },
    ],
    named: 'amount > 2000',
  },
]
