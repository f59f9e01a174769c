/** An operator, a statement, and everything it must make of it, in order. */
export const queryCases: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'comparison-boundary',
    'select a >= 1 and b < 2 and c = 3',
    ['select a > 1 and b < 2 and c = 3', 'select a >= 1 and b <= 2 and c = 3'],
  ],
  ['comparison-negated', 'select (a) = (b or c)', ['select (a) <> (b or c)']],
  [
    'null-test-negated',
    'select a is null, b is not null',
    ['select a is not null, b is not null', 'select a is null, b is null'],
  ],
  ['null-test-negated', "select a is distinct from 'x'", ["select a is not distinct from 'x'"]],
  ['arithmetic-swapped', 'select (a + b) * c', ['select (a + b) / c', 'select (a - b) * c']],
  ['arithmetic-swapped', 'select a + 0e-30, a - 1', ['select a + 0e-30, a + 1']],
  [
    'json-operator-swapped',
    "select a -> 'b' ->> 'c'",
    ["select a -> 'b' -> 'c'", "select a ->> 'b' ->> 'c'"],
  ],
  ['aggregate-swapped', 'select min(a)', ['select max(a)']],
  [
    'aggregate-swapped',
    'select count(*), count(a)',
    ['select count(distinct true), count(a)', 'select count(*), count(distinct a)'],
  ],
  ['distinct-dropped', 'select count(distinct a)', ['select count(a)']],
  ['distinct-dropped', 'select distinct a, b from t', ['select a, b from t']],
  [
    'filter-dropped',
    'select count(*) filter (where (a = 1) and b) over (), c',
    ['select count(*) over (), c'],
  ],
  [
    'conjunct-dropped',
    'select 1 from t where a and (b or c) and d',
    [
      'select 1 from t where (b or c) and d',
      'select 1 from t where a and d',
      'select 1 from t where a and (b or c)',
      'select 1 from t where a and (c) and d',
      'select 1 from t where a and (b) and d',
    ],
  ],
  [
    'member-dropped',
    "select a in (1, 2), b not in ('c')",
    ["select a in (2), b not in ('c')", "select a in (1), b not in ('c')"],
  ],
  ['logic-swapped', 'select not (a and b)', ['select (a and b)', 'select not ((a or b))']],
  [
    'where-dropped',
    'select a from t where (b = 1) group by a having count(*) > 1',
    ['select a from t group by a having count(*) > 1', 'select a from t where (b = 1) group by a'],
  ],
  ['where-dropped', 'delete from t where a = 1', ['delete from t']],
  ['case-arm-dropped', 'select case when a then b end', ['select (b)']],
  [
    'case-arm-dropped',
    'select case when a then (1) when b then 2 else 3 end',
    [
      'select case when b then 2 else 3 end',
      'select case when a then (1) else 3 end',
      'select case when a then (1) when b then 2 end',
    ],
  ],
  [
    'case-negated',
    'select case when a and b then 1 end',
    ['select case when not (a and b) then 1 end'],
  ],
  [
    'number-changed',
    'select 5, 0.50, -3, 1e-3, a > 7',
    [
      'select 6, 0.50, -3, 1e-3, a > 7',
      'select 5, 0.51, -3, 1e-3, a > 7',
      'select 5, 0.50, -2, 1e-3, a > 7',
      'select 5, 0.50, -3, 2e-3, a > 7',
    ],
  ],
  [
    'bound-changed',
    'select a > 0.50, b = -1, 3',
    [
      'select a > 0.51, b = -1, 3',
      'select a > 0.49, b = -1, 3',
      'select a > 0.50, b = 0, 3',
      'select a > 0.50, b = -2, 3',
    ],
  ],
  [
    'string-changed',
    "select 'a', extract(epoch from b), a -> 'key'",
    ["select 'a~', extract(epoch from b), a -> 'key'"],
  ],
  ['weight-changed', 'select 40 * a', ['select 41 * a']],
  [
    'rounding-changed',
    'select round(a, 2), b::numeric(5)',
    [
      'select round(a, 3), b::numeric(5)',
      'select round(a, 1), b::numeric(5)',
      'select round(a, 2), b::numeric(6)',
      'select round(a, 2), b::numeric(4)',
    ],
  ],
  [
    'interval-changed',
    "select interval '7 days', '9 days'::interval",
    [
      "select interval '8 days', '9 days'::interval",
      "select interval '6 days', '9 days'::interval",
      "select interval '7 days', '10 days'::interval",
      "select interval '7 days', '8 days'::interval",
    ],
  ],
  [
    'unit-changed',
    "select interval '48 hours', interval '1 day', interval '36 hours', interval '1 day 2 hours'",
    [
      "select interval '2 days', interval '1 day', interval '36 hours', interval '1 day 2 hours'",
      "select interval '48 hours', interval '24 hours', interval '36 hours', interval '1 day 2 hours'",
    ],
  ],
  [
    'limit-changed',
    'select a from t limit 10',
    ['select a from t limit 11', 'select a from t limit 9'],
  ],
  ['json-key-renamed', "select a -> 'b'", ["select a -> 'b~'"]],
  [
    'cast-changed',
    "select (a ->> 'b')::numeric",
    ["select (a ->> 'b')", "select (a ->> 'b')::double precision"],
  ],
  ['cast-changed', 'select cast(a as text[])', ['select a', 'select cast(a as varchar[])']],
  ['collation-dropped', 'select (a || b) collate "C", c', ['select (a || b), c']],
  ['operand-dropped', 'select (a + b) / c', ['select (a) / c']],
  [
    'fallback-removed',
    'select coalesce(a, 0), nullif(b, 0), greatest(c, 1)',
    [
      'select (a), nullif(b, 0), greatest(c, 1)',
      'select coalesce(a, 0), (b), greatest(c, 1)',
      'select coalesce(a, 0), nullif(b, 0), (c)',
      'select coalesce(a, 0), nullif(b, 0), (1)',
    ],
  ],
  ['call-removed', 'select round(abs(a), 2), f(b), sum(c)', ['select round((a), 2), f(b), sum(c)']],
  [
    'order-reversed',
    'select a from t order by a desc, (b)',
    ['select a from t order by a, (b)', 'select a from t order by a desc, (b) desc'],
  ],
  [
    'key-dropped',
    'select a, b from t group by a, b order by a',
    [
      'select a, b from t group by a, b',
      'select a, b from t group by b order by a',
      'select a, b from t group by a order by a',
    ],
  ],
  [
    'key-dropped',
    'select sum(a) over (partition by b order by c)',
    ['select sum(a) over (partition by b)', 'select sum(a) over (order by c)'],
  ],
  [
    'join-changed',
    'select 1 from a left outer join b on a.c = b.c',
    ['select 1 from a inner join b on a.c = b.c'],
  ],
  [
    'join-changed',
    'select 1 from a join (select 1) as b on true',
    ['select 1 from a left join (select 1) as b on true'],
  ],
  ['union-changed', 'select 1 union all select 2', ['select 1 union select 2']],
  [
    'limit-dropped',
    'select a from t limit 1 offset 0',
    ['select a from t offset 0', 'select a from t limit 1'],
  ],
]
