import type { ChangesByKind } from './change.ts'

const table = 'create table t (id integer, label text);'

/** What hangs on a table. */
export const attachmentChanges: ChangesByKind = {
  constraint: [
    {
      title: 'a check is added',
      given: table,
      sql: 'alter table t add constraint positive check (id > 0)',
      differs: ['+ constraint positive on public.t'],
    },
    {
      title: 'a check says something else',
      given: 'create table t (id integer constraint positive check (id > 0))',
      sql: 'alter table t drop constraint positive, add constraint positive check (id >= 0)',
      differs: [
        '~ constraint positive on public.t\n    definition: CHECK (id > 0) → CHECK (id >= 0)',
      ],
    },
    {
      title: 'a check is not validated',
      given: 'create table t (id integer constraint positive check (id > 0))',
      sql: 'alter table t drop constraint positive, add constraint positive check (id > 0) not valid',
      differs: [
        '~ constraint positive on public.t\n    definition: CHECK (id > 0) → CHECK (id > 0) NOT VALID\n    validated: true → false',
      ],
    },
    {
      title: 'a foreign key becomes deferrable',
      given:
        'create table p (id integer primary key); create table t (id integer constraint f references p)',
      sql: 'alter table t alter constraint f deferrable',
      differs: [
        '~ constraint f on public.t\n    definition: FOREIGN KEY (id) REFERENCES public.p(id) → FOREIGN KEY (id) REFERENCES public.p(id) DEFERRABLE\n    deferrable: false → true',
      ],
    },
    {
      title: 'the triggers of a foreign key are disabled',
      given:
        'create table p (id integer primary key); create table t (id integer constraint f references p)',
      sql: 'alter table t disable trigger all',
      differs: [
        '~ constraint f on public.t\n    triggers:\n      - "RI_FKey_check_ins" on public.t: O\n      - "RI_FKey_check_upd" on public.t: O\n      + "RI_FKey_check_ins" on public.t: D\n      + "RI_FKey_check_upd" on public.t: D\n        "RI_FKey_noaction_del" on public.p: O\n      …',
      ],
    },
    {
      title: 'a comment is made',
      given: 'create table t (id integer constraint positive check (id > 0))',
      sql: "comment on constraint positive on t is 'x'",
      differs: ['~ constraint positive on public.t\n    comment: (none) → x'],
    },
    {
      title: 'a domain gets a check',
      given: 'create domain d as integer',
      sql: 'alter domain d add constraint positive check (value > 0)',
      differs: ['+ constraint positive on public.d'],
    },
  ],
  index: [
    {
      title: 'an index is created',
      given: table,
      sql: 'create index i on t (id)',
      differs: ['+ index public.i'],
    },
    {
      title: 'a predicate changes',
      given: `${table} create index i on t (id) where id > 0`,
      sql: 'drop index i; create index i on t (id) where id > 1',
      differs: [
        '~ index public.i\n    definition: CREATE INDEX i ON public.t USING btree (id) WHERE (id > 0) → CREATE INDEX i ON public.t USING btree (id) WHERE (id > 1)',
      ],
    },
    {
      title: 'an index is invalid',
      given: `${table} create index i on t (id)`,
      sql: "update pg_index set indisvalid = false where indexrelid = 'i'::regclass",
      differs: ['~ index public.i\n    valid: true → false'],
    },
    {
      title: 'a table is clustered',
      given: `${table} create index i on t (id)`,
      sql: 'cluster t using i',
      differs: ['~ index public.i\n    clustered: false → true'],
    },
    {
      title: 'it becomes the replica identity',
      given: 'create table t (id integer not null); create unique index i on t (id)',
      sql: 'alter table t replica identity using index i',
      differs: [
        '~ table public.t\n    replica_identity: default → index',
        '~ index public.i\n    replica_identity: false → true',
      ],
    },
    {
      title: 'a statistics target of an expression is set',
      given: `${table} create index i on t ((id + 1))`,
      sql: 'alter index i alter column 1 set statistics 50',
      differs: ['~ index public.i\n    statistics_targets: (none) → expr: 50'],
    },
    {
      title: 'a comment is made',
      given: `${table} create index i on t (id)`,
      sql: "comment on index i is 'x'",
      differs: ['~ index public.i\n    comment: (none) → x'],
    },
    {
      title: 'it is left when its extension goes',
      given: `${table} create index i on t (id)`,
      sql: 'alter index i depends on extension plpgsql',
      differs: ['~ index public.i\n    needs_extensions: (none) → plpgsql'],
    },
  ],
  statistics: [
    {
      title: 'a statistics object is created',
      given: table,
      sql: 'create statistics s on id, label from t',
      differs: ['+ statistics public.s'],
    },
    {
      title: 'its kinds change',
      given: `${table} create statistics s (ndistinct) on id, label from t`,
      sql: 'drop statistics s; create statistics s (mcv) on id, label from t',
      differs: [
        '~ statistics public.s\n    definition: CREATE STATISTICS public.s (ndistinct) ON id, label FROM public.t → CREATE STATISTICS public.s (mcv) ON id, label FROM public.t',
      ],
    },
    {
      title: 'its target changes',
      given: `${table} create statistics s on id, label from t`,
      sql: 'alter statistics s set statistics 10',
      differs: ['~ statistics public.s\n    statistics_target: (none) → 10'],
    },
  ],
  rule: [
    {
      title: 'a rule is created',
      given: table,
      sql: 'create rule quiet as on delete to t do instead nothing',
      differs: ['+ rule quiet on public.t'],
    },
    {
      title: 'a rule is disabled',
      given: `${table} create rule quiet as on delete to t do instead nothing`,
      sql: 'alter table t disable rule quiet',
      differs: ['~ rule quiet on public.t\n    enabled: yes → no'],
    },
  ],
  trigger: [
    {
      title: 'a trigger is created',
      given: table,
      sql: 'create trigger g before update on t for each row execute function suppress_redundant_updates_trigger()',
      differs: ['+ trigger g on public.t'],
    },
    {
      title: 'a trigger is disabled',
      given: `${table} create trigger g before update on t for each row execute function suppress_redundant_updates_trigger()`,
      sql: 'alter table t disable trigger g',
      differs: ['~ trigger g on public.t\n    enabled: yes → no'],
    },
    {
      title: 'a comment is made',
      given: `${table} create trigger g before update on t for each row execute function suppress_redundant_updates_trigger()`,
      sql: "comment on trigger g on t is 'x'",
      differs: ['~ trigger g on public.t\n    comment: (none) → x'],
    },
  ],
  policy: [
    {
      title: 'a policy is created',
      given: table,
      sql: 'create policy p on t',
      differs: ['+ policy p on public.t'],
    },
    {
      title: 'a policy says something else',
      given: `${table} create policy p on t using (id > 0)`,
      sql: 'alter policy p on t using (id > 1)',
      differs: ['~ policy p on public.t\n    using: (id > 0) → (id > 1)'],
    },
    {
      title: 'a policy holds for another role',
      given: `${table} create role r; create policy p on t`,
      sql: 'alter policy p on t to r',
      differs: ['~ policy p on public.t\n    roles: public → r'],
    },
  ],
}
