import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { objectKinds } from '../../src/migration/catalog/kind.ts'
import { describeDifference, diffSnapshots } from '../../src/migration/diff.ts'
import type { CatalogObject, Fact, Snapshot } from '../../src/migration/snapshot.ts'

function snapshotOf(...objects: readonly CatalogObject[]): Snapshot {
  return { version: 1, excluded: [], objects }
}

function objectOf(identity: string, facts: Readonly<Record<string, Fact>> = {}): CatalogObject {
  return { kind: 'function', identity, facts }
}

function sortedText({ objects }: Snapshot): string {
  return objects
    .map((object) => JSON.stringify(object))
    .toSorted()
    .join()
}

/** With a mark after each line that another text has not, every line stands next to an edited one. */
function markLines(lines: readonly string[], mark: string): string {
  return lines.flatMap((line) => [line, mark]).join('\n')
}

describe('diffSnapshots', () => {
  test('a changed signature is one function removed and another added', () => {
    const before = snapshotOf(objectOf('public.f(uuid)'))
    const after = snapshotOf(objectOf('public.f(text)'))
    expect(diffSnapshots(before, after)).toEqual([
      { change: 'added', object: objectOf('public.f(text)') },
      { change: 'removed', object: objectOf('public.f(uuid)') },
    ])
  })

  test('only the facts that differ are told, the missing ones as null', () => {
    const before = snapshotOf(objectOf('f', { owner: 'a', cost: 1, comment: 'x' }))
    const after = snapshotOf(objectOf('f', { owner: 'a', cost: 2 }))
    expect(diffSnapshots(before, after)).toEqual([
      {
        change: 'changed',
        kind: 'function',
        identity: 'f',
        facts: [
          { fact: 'cost', before: 1, after: 2 },
          { fact: 'comment', before: 'x', after: null },
        ],
      },
    ])
  })

  test('the same name in another kind is another object', () => {
    const before = snapshotOf({ kind: 'view', identity: 'public.a', facts: {} })
    const after = snapshotOf({ kind: 'table', identity: 'public.a', facts: {} })
    expect(diffSnapshots(before, after).map(({ change }) => change)).toEqual(['added', 'removed'])
  })

  const fact = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const snapshots = fc
    .uniqueArray(
      fc.record({
        kind: fc.constantFrom(...objectKinds),
        identity: fc.constantFrom('a', 'b', 'c', 'd'),
        facts: fc.record({ owner: fact, definition: fact }),
      }),
      { selector: ({ kind, identity }) => `${kind} ${identity}` },
    )
    .map((objects) => snapshotOf(...objects))

  test('a snapshot does not differ from itself', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        expect(diffSnapshots(snapshot, structuredClone(snapshot))).toEqual([])
      }),
    )
  })

  test('backwards, the same objects differ the other way round', () => {
    fc.assert(
      fc.property(snapshots, snapshots, (before, after) => {
        const mirror = { added: 'removed', removed: 'added', changed: 'changed' } as const
        const forth = diffSnapshots(before, after).map(({ change }) => change)
        const back = diffSnapshots(after, before).map(({ change }) => mirror[change])
        expect(back).toEqual(forth)
      }),
    )
  })

  test('nothing differs only between equal snapshots', () => {
    fc.assert(
      fc.property(snapshots, snapshots, (before, after) => {
        const equal = sortedText(before) === sortedText(after)
        expect(diffSnapshots(before, after).length === 0).toBe(equal)
      }),
    )
  })
})

describe('describeDifference', () => {
  test('a new object is told with all its facts but the empty ones', () => {
    const object = objectOf('public.f()', {
      owner: 'a',
      comment: null,
      definition: 'one\ntwo',
      empty: '',
    })
    expect(describeDifference({ change: 'added', object })).toBe(
      [
        '+ function public.f()',
        '    owner: a',
        '    definition:',
        '      one',
        '      two',
        '    empty: (empty)',
      ].join('\n'),
    )
  })

  test('of a long definition only the edited lines and their neighbours are shown', () => {
    const lines = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    const edited = ['a', 'b', 'x', 'd', 'e', 'f', 'g', 'h', 'y', 'i']
    const [difference] = diffSnapshots(
      snapshotOf(objectOf('public.f()', { definition: lines.join('\n') })),
      snapshotOf(objectOf('public.f()', { definition: edited.join('\n') })),
    )
    expect(difference && describeDifference(difference)).toBe(
      [
        '~ function public.f()',
        '    definition:',
        '      …',
        '        b',
        '      - c',
        '      + x',
        '        d',
        '      …',
        '        h',
        '      + y',
        '        i',
      ].join('\n'),
    )
  })

  test('the removed and kept lines are the old text, the added and kept lines the new one', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before.join() !== after.join())
        const [difference] = diffSnapshots(
          snapshotOf(objectOf('f', { definition: markLines(before, '1') })),
          snapshotOf(objectOf('f', { definition: markLines(after, '2') })),
        )
        const lines =
          difference === undefined ? [] : describeDifference(difference).split('\n').slice(2)
        const side = (sign: string): string =>
          lines
            .map((line) => line.slice(6))
            .filter((line) => line.startsWith(sign) || line.startsWith(' '))
            .map((line) => line.slice(2))
            .join('\n')
        expect(side('-')).toBe(markLines(before, '1'))
        expect(side('+')).toBe(markLines(after, '2'))
      }),
    )
  })
})
