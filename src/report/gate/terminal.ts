import type { GateDocument, TimedComparison, VerdictName } from '../../gate/result.ts'
import { formatMs, formatRows } from '../../units.ts'
import { countOf, verdicts as words } from '../closing-line.ts'
import { describeReach } from '../growth.ts'
import { visibleLines } from '../visible.ts'
import {
  heading,
  markOf,
  openPage,
  renderLabelled,
  renderTable,
  type Page,
  type Standing,
} from '../terminal/page.ts'
import { renderTroubles } from '../terminal/trouble.ts'
import { closingLineOfGate, severities } from './closing-line.ts'
import { factsOfGate } from './facts.ts'
import { describeDetectable, formatRatio } from './ratio.ts'
import { isOpen, troublesOfGate } from './trouble.ts'

/** For a person at a terminal: facts, exact work, time by severity, then what is wrong, and the verdict last. */
export function renderGateTerminal(
  document: GateDocument,
  options: { readonly color: boolean; readonly width: number; readonly verbose: boolean },
): string {
  const page = openPage(options)
  const sections = [
    renderFacts(page, document),
    renderExact(page, document),
    renderTime(page, document),
    renderTargets(page, document),
    renderGrowth(page, document),
    renderNotes(page, document),
    renderTroubles(page, troublesOfGate(document)),
    ['', renderClosing(page, document), ''],
  ]
  return sections.flat().join('\n')
}

function renderFacts(page: Page, document: GateDocument): readonly string[] {
  return [
    ...renderLabelled(page, '', `Gate: ${document.title}`, page.paint.strong),
    ...factsOfGate(document).flatMap(([label, text]) =>
      renderLabelled(page, `  ${label.padEnd(11)}`, text),
    ),
  ]
}

function renderExact(page: Page, { exact, sizes, findings }: GateDocument): readonly string[] {
  const red = findings.filter(({ severity }) => severity === 'red').length
  const noted = findings.filter(({ severity }) => severity === 'noted')
  const unstable = exact.filter((each) => each.unstable.length > 0)
  const standing = red > 0 ? 'bad' : 'good'
  const text = `${countOf(exact.length, 'query')} and ${countOf(sizes.length, 'size')}: ${red} red, ${noted.length} noted, ${unstable.length} unstable`
  const mark = markOf(page, standing)
  return [
    ...heading(page, 'Exact work', 'answers, plans, blocks, rows, bytes; no time in it'),
    ...renderTable(page, [[mark, text]], { indent: 2, align: 'lL' }),
    ...noted.flatMap((finding) => renderNoted(page, finding)),
    ...unstable.flatMap(({ title, scale, unstable: metrics }) =>
      renderLabelled(
        page,
        '  ~ ',
        `${title}, ${formatRows(scale)} events: ${metrics.join(', ')} differ between two runs of the base, not gated`,
        page.paint.unsure,
      ),
    ),
  ]
}

function renderNoted(
  page: Page,
  { title, scale, expected, actual }: GateDocument['findings'][number],
): readonly string[] {
  const { good, bad } = page.paint
  const head = renderLabelled(page, '  · ', `${title}, ${formatRows(scale)} events`)
  if (!page.verbose) return head
  return [
    ...head,
    ...visibleLines(expected).flatMap((line) => renderLabelled(page, '    - ', line, good)),
    ...visibleLines(actual).flatMap((line) => renderLabelled(page, '    + ', line, bad)),
  ]
}

const standings: Readonly<Record<VerdictName, Standing>> = {
  slower: 'bad',
  contaminated: 'errored',
  inconclusive: 'skipped',
  faster: 'good',
  unchanged: 'good',
}

function renderTime(page: Page, { timing }: GateDocument): readonly string[] {
  if (timing === null) return []
  const { faint } = page.paint
  const header = ['', 'query', 'scale', 'base', 'ratio', '95 %', 'verdict'].map((text) => ({
    text,
    paint: faint,
  }))
  const sorted = severities.flatMap((verdict) =>
    timing.comparisons.filter((each) => each.verdict === verdict),
  )
  const lines = renderTable(page, [header, ...sorted.map((each) => rowOf(page, each))], {
    indent: 2,
    align: 'lLrrrRl',
  })
  return [
    ...heading(page, 'Time', 'candidate ÷ base, the same instant on both, shared noise taken out'),
    lines[0] ?? '',
    ...sorted.flatMap((each, index) => [
      lines[index + 1] ?? '',
      ...(each.verdict === 'unchanged' ? [] : explain(page, each)),
    ]),
    ...(sorted.some(isOpen)
      ? renderLabelled(
          page,
          '  ',
          'Smaller changes than these are for exact work to show: on a noisy machine time cannot.',
          faint,
        )
      : []),
  ]
}

function rowOf(page: Page, timed: TimedComparison): Parameters<typeof renderTable>[1][number] {
  const { verdict, title, scale, baseMedianMs, ratio, ratioInterval } = timed
  return [
    markOf(page, standings[verdict]),
    title,
    formatRows(scale),
    formatMs(baseMedianMs),
    formatRatio(ratio),
    ratioInterval === null ? '' : ratioInterval.map((end) => end.toFixed(2)).join('–'),
    verdict,
  ]
}

function explain(page: Page, { reason, detectable, verdict }: TimedComparison): readonly string[] {
  const isUndecided = verdict === 'inconclusive' || verdict === 'contaminated'
  const found = isUndecided ? [describeDetectable(detectable)] : []
  return renderLabelled(page, '      ', [reason, ...found].join('; '), page.paint.faint)
}

function renderTargets(page: Page, { targets }: GateDocument): readonly string[] {
  if (targets.length === 0) return []
  const goals = Array.from(new Set(targets.map(({ targetMs }) => formatMs(targetMs))))
  const { faint } = page.paint
  const header = ['', 'query', 'events', 'p95', 'bound', 'base', 'candidate'].map((text) => ({
    text,
    paint: faint,
  }))
  const standingOf = { met: 'good', missed: 'bad', 'not-shown': 'skipped' } as const
  const rows = targets.map(({ title, scale, base, candidate }) => [
    markOf(page, standingOf[candidate.claim]),
    title,
    formatRows(scale),
    formatMs(candidate.p95Ms),
    candidate.boundMs === null
      ? `${candidate.latenciesMs.length} samples`
      : formatMs(candidate.boundMs),
    base.claim.replace('-', ' '),
    candidate.claim.replace('-', ' '),
  ])
  return [
    ...heading(page, 'Targets', `p95 below ${goals.join(', ')} with 95 % confidence, told only`),
    ...renderTable(page, [header, ...rows], { indent: 2, align: 'lLrrrll' }),
  ]
}

function renderGrowth(page: Page, { growth }: GateDocument): readonly string[] {
  if (growth.length === 0) return []
  const { faint } = page.paint
  const header = ['query', 'blocks', 'rows', 'time', 'reaches the target'].map((text) => ({
    text,
    paint: faint,
  }))
  const rows = growth.map(({ title, blocks, tuples, time, reach }) => [
    title,
    ...[blocks, tuples, time].map(
      ({ base, candidate }) => `${base?.growthClass ?? '–'} → ${candidate?.growthClass ?? '–'}`,
    ),
    reach.candidate === null ? '' : describeReach(reach.candidate),
  ])
  return [
    ...heading(page, 'Growth', 'base → candidate, with the number of events'),
    ...renderTable(page, [header, ...rows], { indent: 2, align: 'LlllL' }),
  ]
}

function renderNotes(page: Page, { notes }: GateDocument): readonly string[] {
  if (notes.length === 0) return []
  return [...heading(page, 'Notes'), ...notes.flatMap((note) => renderLabelled(page, '  · ', note))]
}

function renderClosing(page: Page, document: GateDocument): string {
  const line = closingLineOfGate(document)
  const word = words[document.status]
  const paint = { passed: page.paint.good, failed: page.paint.bad, unjudged: page.paint.unsure }
  return page.paint.strong(paint[document.status](word)) + line.slice(word.length)
}
