import { objectKinds, type ObjectKind } from './catalog/kind.ts'
import type { CatalogObject, Fact, Snapshot } from './snapshot.ts'

/** A fact of an object that is in both snapshots. */
export interface FactChange {
  readonly fact: string
  readonly before: Fact
  readonly after: Fact
}

/** One object that two snapshots do not agree on. */
export type SnapshotDifference =
  | { readonly change: 'added' | 'removed'; readonly object: CatalogObject }
  | {
      readonly change: 'changed'
      readonly kind: ObjectKind
      readonly identity: string
      readonly facts: readonly FactChange[]
    }

/** Every object that differs, in the order of `objectKinds`, then of identities. Equal snapshots give none. */
export function diffSnapshots(before: Snapshot, after: Snapshot): readonly SnapshotDifference[] {
  const earlier = byIdentity(before)
  const later = byIdentity(after)
  const objects = new Map([...earlier, ...later])
  return [...objects]
    .toSorted(([a, { kind: aKind }], [b, { kind: bKind }]) =>
      aKind === bKind ? (a < b ? -1 : 1) : objectKinds.indexOf(aKind) - objectKinds.indexOf(bKind),
    )
    .flatMap(([key]) => compareObjects(earlier.get(key), later.get(key)))
}

function compareObjects(
  before: CatalogObject | undefined,
  after: CatalogObject | undefined,
): readonly SnapshotDifference[] {
  if (before === undefined) return after === undefined ? [] : [{ change: 'added', object: after }]
  if (after === undefined) return [{ change: 'removed', object: before }]
  const facts = changedFacts(before, after)
  if (facts.length === 0) return []
  return [{ change: 'changed', kind: before.kind, identity: before.identity, facts }]
}

function byIdentity(snapshot: Snapshot): ReadonlyMap<string, CatalogObject> {
  return new Map(snapshot.objects.map((object) => [`${object.kind} ${object.identity}`, object]))
}

function changedFacts(before: CatalogObject, after: CatalogObject): readonly FactChange[] {
  const names = new Set([...Object.keys(before.facts), ...Object.keys(after.facts)])
  return [...names]
    .map((fact) => ({
      fact,
      before: before.facts[fact] ?? null,
      after: after.facts[fact] ?? null,
    }))
    .filter((change) => change.before !== change.after)
}

/**
 * A difference as lines of text: `+`, `-` or `~`, the kind and the identity, then the facts indented. Of a text of
 * many lines only the lines that differ are shown, each with its neighbours.
 */
export function describeDifference(difference: SnapshotDifference): string {
  if (difference.change === 'changed') {
    const title = `~ ${difference.kind} ${difference.identity}`
    return [title, ...difference.facts.map(describeChange)].join('\n')
  }
  const { kind, identity, facts } = difference.object
  const sign = difference.change === 'added' ? '+' : '-'
  const lines = Object.entries(facts)
    .filter(([, value]) => value !== null)
    .map(([fact, value]) => describeFact(fact, value))
  return [`${sign} ${kind} ${identity}`, ...lines].join('\n')
}

function describeFact(fact: string, value: Fact): string {
  const lines = linesOf(value)
  return lines.length > 1 ? block(fact, lines) : `    ${fact}: ${inline(value)}`
}

function describeChange({ fact, before, after }: FactChange): string {
  const [old, young] = [linesOf(before), linesOf(after)]
  if (old.length > 1 || young.length > 1) return block(fact, diffLines(old, young))
  return `    ${fact}: ${inline(before)} → ${inline(after)}`
}

function linesOf(value: Fact): readonly string[] {
  return value === null ? [] : String(value).split('\n')
}

function inline(value: Fact): string {
  if (value === null) return '(none)'
  return value === '' ? '(empty)' : String(value)
}

function block(fact: string, lines: readonly string[]): string {
  return [`    ${fact}:`, ...lines.map((line) => `      ${line}`)].join('\n')
}

/** A line of a text that changed: gone, new, or in both. */
interface EditedLine {
  readonly sign: '-' | '+' | ' '
  readonly text: string
}

/** The edited lines with one neighbour on each side; `…` stands for what is left out. */
function diffLines(before: readonly string[], after: readonly string[]): readonly string[] {
  const lines = editLines(before, after)
  const edited = lines.map(({ sign }) => sign !== ' ')
  const shown = edited.map((is, at) => is || edited[at - 1] === true || edited[at + 1] === true)
  return lines.flatMap(({ sign, text }, at) => {
    if (shown[at] === true) return [`${sign} ${text}`]
    return at === 0 || shown[at - 1] === true ? ['…'] : []
  })
}

/** The shortest edit from one list of lines to the other, by their longest common subsequence. */
function editLines(before: readonly string[], after: readonly string[]): readonly EditedLine[] {
  const common = measureCommon(before, after)
  const lines: EditedLine[] = []
  let [i, j] = [0, 0]
  for (;;) {
    const [old, young] = [before[i], after[j]]
    if (old === undefined && young === undefined) return lines
    if (old !== undefined && old === young) {
      lines.push({ sign: ' ', text: old })
      i += 1
      j += 1
    } else if (old !== undefined && (young === undefined || common(i + 1, j) >= common(i, j + 1))) {
      lines.push({ sign: '-', text: old })
      i += 1
    } else if (young !== undefined) {
      lines.push({ sign: '+', text: young })
      j += 1
    }
  }
}

/** How long the longest common subsequence of `before` from i on and `after` from j on is. */
function measureCommon(
  before: readonly string[],
  after: readonly string[],
): (i: number, j: number) => number {
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  const common = (i: number, j: number): number => lengths[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        before[i] === after[j]
          ? common(i + 1, j + 1) + 1
          : Math.max(common(i + 1, j), common(i, j + 1))
  return common
}
