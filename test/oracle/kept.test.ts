import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadCanonical } from '../../src/fixture/canonical.ts'
import { edgeSets, names, richSet } from '../../src/fixture/event-set.ts'
import {
  type TallyState,
  buildOracle,
  oracleRelations,
  restoreOracle,
  tallyVersion,
} from '../../src/oracle.ts'
import { Exact } from '../../src/oracle/exact.ts'
import { addNumber, emptySum, totalOf } from '../../src/oracle/sum.ts'

test('an oracle that was kept in a file answers as the one that saw the events', () => {
  for (const events of [richSet, ...edgeSets]) {
    const builder = buildOracle()
    for (const event of events) builder.add(event)
    const seen = builder.build()
    const kept = restoreOracle(deserialize(serialize(builder.state())) as TallyState)
    expect(kept.sessions).toBe(seen.sessions)
    for (const relation of oracleRelations) {
      const calls = relation.startsWith('get_recent') ? [[], [14]] : names.map((name) => [name])
      for (const args of relation.includes('_stats') ? calls : calls.slice(0, 3)) {
        expect(kept.answer(relation, args, 0)).toEqual(seen.answer(relation, args, 0))
      }
    }
  }
})

test('what is kept changes only with its version', () => {
  const builder = buildOracle()
  for (const event of loadCanonical()) builder.add(event)
  const text = JSON.stringify(builder.state(), (_, value: unknown) =>
    value instanceof Map || value instanceof Set || value instanceof Float64Array
      ? Array.from(value)
      : value,
  )
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16)
  // Another digest is another tally: raise `tallyVersion`, or templates would go on with the old one.
  expect([tallyVersion, digest]).toEqual([1, 'bde510be2ebe83d5'])
})

test('a sum loses no digit, whatever the numbers have', () => {
  const number = fc.oneof(
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((thousandths) => thousandths / 1_000),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom('0.49949999999999999999', '1e-30', '-1.7976931348623157e308', 9_007_199_254.9),
  )
  fc.assert(
    fc.property(fc.array(fc.option(number)), (keys) => {
      const sum = emptySum()
      for (const key of keys) addNumber(sum, key)
      const counted = keys.filter((key) => key !== null)
      const expected = counted.reduce<Exact>((total, key) => total.plus(key), new Exact(0))
      expect([sum.count, totalOf(sum).toString()]).toEqual([counted.length, expected.toString()])
    }),
  )
})
