import type { Mutant } from './mutant.ts'
import type { Edit } from './operator/operator.ts'

/** Lines shown before and after a change. */
const context = 2

/** What a mutant changes, as `diff -u` shows it; one hunk for each place. */
export function renderUnifiedDiff({ script, change }: Mutant): string {
  const text = Buffer.from(script.text).toString('latin1')
  const lines = text.replace(/\n$/, '').split('\n')
  let shift = 0
  const hunks = groupEdits(text, change).flatMap((group) => {
    const before = lines.slice(group.first, group.last + 1)
    const after = changeLines(lines, group)
    const head = lines.slice(Math.max(0, group.first - context), group.first)
    const tail = lines.slice(group.last + 1, group.last + 1 + context)
    const start = group.first - head.length + 1
    const sides = [before.length, after.length].map((size) => size + head.length + tail.length)
    const mark = `@@ -${start},${sides[0]} +${start + shift},${sides[1]} @@`
    shift += after.length - before.length
    return [mark].concat(
      head.map(renderContext),
      before.map((line) => `-${line}`),
      after.map((line) => `+${line}`),
      tail.map(renderContext),
    )
  })
  const diff = [`--- ${script.file}`, `+++ ${script.file}`, ...hunks].join('\n')
  return Buffer.from(diff, 'latin1').toString('utf8')
}

/** As GNU diff may: without a space where there is nothing behind it. */
function renderContext(line: string): string {
  return ` ${line}`.trimEnd()
}

/** Edits of the same lines; `first` and `last` count from 0. */
interface Group {
  readonly first: number
  readonly last: number
  readonly edits: readonly Edit[]
  /** Where the first line begins. */
  readonly start: number
}

function groupEdits(text: string, change: readonly Edit[]): readonly Group[] {
  const groups: Group[] = []
  for (const edit of change.toSorted((a, b) => a.start - b.start)) {
    const first = lineOf(text, edit.start)
    const last = lineOf(text, Math.max(edit.start, edit.end - 1))
    const before = groups.at(-1)
    if (before !== undefined && first <= before.last + 2 * context) {
      groups[groups.length - 1] = {
        ...before,
        last: Math.max(before.last, last),
        edits: [...before.edits, edit],
      }
    } else {
      groups.push({ first, last, edits: [edit], start: text.lastIndexOf('\n', edit.start - 1) + 1 })
    }
  }
  return groups
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1
}

function changeLines(lines: readonly string[], group: Group): readonly string[] {
  const before = `${lines.slice(group.first, group.last + 1).join('\n')}\n`
  const after = group.edits.toReversed().reduce((text, { start, end, text: by }) => {
    const from = start - group.start
    return text.slice(0, from) + by + text.slice(end - group.start)
  }, before)
  return after === '' ? [] : after.replace(/\n$/, '').split('\n')
}
