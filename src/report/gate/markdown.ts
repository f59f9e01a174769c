import type { GateDocument } from '../../gate/result.ts'
import { formatMs, formatRows } from '../../units.ts'
import { countOf } from '../closing-line.ts'
import { describeReach } from '../growth.ts'
import { escapeCode, escapeProse, renderCells } from '../markdown/escape.ts'
import { renderTroubles } from '../markdown/trouble.ts'
import { closingLineOfGate, severities } from './closing-line.ts'
import { factsOfGate } from './facts.ts'
import { describeDetectable, formatRatio } from './ratio.ts'
import { isOpen, troublesOfGate } from './trouble.ts'

/** A comment on a pull request: one line that says it all, what is wrong, and the rest to be unfolded. */
export function renderGateMarkdown(document: GateDocument): string {
  const troubles = troublesOfGate(document)
  return [
    `**${closingLineOfGate(document)}**`,
    '',
    `# Gate: ${escapeProse(document.title)}`,
    ...(troubles.length === 0 ? [] : renderTroubles(troubles)),
    ...renderTime(document),
    ...renderNoted(document),
    ...renderTargets(document),
    ...renderGrowth(document),
    ...(document.notes.length === 0 ? [] : ['', '## Notes', '']),
    ...document.notes.map((note) => `- ${escapeProse(note)}`),
    '',
    '<details>',
    '<summary>What was held against what, and how to repeat it</summary>',
    ...renderCells(
      'll',
      ['', ''],
      factsOfGate(document).map(([label, text]) => [
        label,
        label === 'repeat' ? escapeCode(text) : escapeProse(text),
      ]),
    ),
    '',
    '</details>',
    '',
  ].join('\n')
}

function renderTime({ timing }: GateDocument): readonly string[] {
  if (timing === null) return []
  const rows = severities.flatMap((verdict) =>
    timing.comparisons
      .filter((each) => each.verdict === verdict)
      .map((each) => [
        verdict === 'slower' ? `**${verdict}**` : verdict,
        escapeProse(each.title),
        formatRows(each.scale),
        formatMs(each.baseMedianMs),
        formatRatio(each.ratio),
        each.ratioInterval === null ? '' : each.ratioInterval.map(formatRatio).join(' – '),
        escapeProse(
          isOpen(each) ? `${each.reason}; ${describeDetectable(each.detectable)}` : each.reason,
        ),
      ]),
  )
  const header = ['Verdict', 'Query', 'Events', 'Base', 'Ratio', '95 %', 'Why']
  return [
    '',
    '## Time',
    ...renderCells('llrrrrl', header, rows),
    ...(timing.comparisons.some(isOpen)
      ? ['', 'What is smaller than that is for exact work to show: on a noisy machine time cannot.']
      : []),
  ]
}

function renderNoted({ findings, exact, sizes }: GateDocument): readonly string[] {
  const noted = findings.filter(({ severity }) => severity === 'noted')
  const unstable = exact.filter((each) => each.unstable.length > 0)
  return [
    '',
    '## Exact work',
    '',
    `Compared without any time in it: ${countOf(exact.length, 'query')} and ${countOf(sizes.length, 'size')}; ${noted.length} noted, ${unstable.length} unstable.`,
    ...(noted.length + unstable.length === 0 ? [] : ['']),
    ...noted.map(({ title, scale }) => `- ${escapeProse(title)}, ${formatRows(scale)} events`),
    ...unstable.map(
      ({ title, scale, unstable: metrics }) =>
        `- ${escapeProse(title)}, ${formatRows(scale)} events: ${metrics.join(', ')} unstable, not gated`,
    ),
  ]
}

function renderTargets({ targets }: GateDocument): readonly string[] {
  if (targets.length === 0) return []
  const rows = targets.map(({ title, scale, targetMs, base, candidate }) => [
    escapeProse(title),
    formatRows(scale),
    formatMs(targetMs),
    formatMs(candidate.p95Ms),
    candidate.boundMs === null ? 'not shown' : formatMs(candidate.boundMs),
    base.claim.replace('-', ' '),
    candidate.claim.replace('-', ' '),
  ])
  const header = ['Query', 'Events', 'Target', 'p95', 'Bound', 'Base', 'Candidate']
  return ['', '## Targets', ...renderCells('lrrrrll', header, rows)]
}

function renderGrowth({ growth }: GateDocument): readonly string[] {
  if (growth.length === 0) return []
  const rows = growth.map(({ title, blocks, tuples, time, reach }) => [
    escapeProse(title),
    ...[blocks, tuples, time].map(
      ({ base, candidate }) => `${base?.growthClass ?? '–'} → ${candidate?.growthClass ?? '–'}`,
    ),
    reach.base === null ? '' : describeReach(reach.base),
    reach.candidate === null ? '' : describeReach(reach.candidate),
  ])
  const header = ['Query', 'Blocks', 'Rows', 'Time', 'Target, base', 'Target, candidate']
  return ['', '## Growth', ...renderCells('llllll', header, rows)]
}
