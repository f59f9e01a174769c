import type { SameFacts, SelfTestDocument, SpinFacts } from '../../gate/self-test-document.ts'
import { formatMs, formatRows } from '../../units.ts'
import { verdicts as words } from '../closing-line.ts'
import { annotateAll } from '../github.ts'
import { renderJson } from '../json.ts'
import { renderSuites } from '../junit.ts'
import { escapeProse, renderCells } from '../markdown/escape.ts'
import type { Format, RenderOptions } from '../report.ts'
import { heading, markOf, openPage, renderLabelled, renderTable } from '../terminal/page.ts'
import type { Trouble } from '../trouble.ts'

const reporters: Readonly<
  Record<Format, (document: SelfTestDocument, options: RenderOptions) => string>
> = {
  terminal: renderTerminal,
  markdown: renderMarkdown,
  json: renderJson,
  junit: renderJunit,
  github: (document) => annotateAll(troublesOf(document), closingLine(document)),
}

/** As `render`, for what `gate --self-test` says. */
export function renderSelfTest(
  document: SelfTestDocument,
  format: Format,
  options: RenderOptions,
): string {
  return reporters[format](document, options)
}

function closingLine({ status, pledges, durationMs }: SelfTestDocument): string {
  const kept = pledges.filter(({ state }) => state === 'kept').length
  return `${words[status]} ${kept}/${pledges.length} pledges of the gate, ${formatMs(durationMs)}`
}

const title = 'The gate judges itself'

/** Label and text. */
function factsOf(document: SelfTestDocument): readonly (readonly [string, string])[] {
  const { provenance, command, same, hog } = document
  const { engine } = provenance
  return [
    ['engine', `Postgres ${engine.version}, ${engine.kind} ${engine.package}`],
    [
      'machine',
      `${provenance.cores} × ${provenance.cpu}, ${provenance.platform}, Node ${provenance.node}, ` +
        `load ${provenance.load.toFixed(2)}`,
    ],
    ['noise', `${percentOf(same.noise)} a block, ${percentOf(hog.noise)} with every core busy`],
    ['harness', `hook-harness ${provenance.harness}, ${provenance.startedAt}`],
    ['repeat', command],
  ]
}

function percentOf(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

const sameHeader = ['Arms that are the same', 'Events', 'Runs', 'False alarms', 'Verdicts']

function rowsOfSame({ same, hog, gates, pilot }: SelfTestDocument): readonly (readonly string[])[] {
  return [
    rowOfSame('whole gates, new instances', gates),
    rowOfSame('time only, instances reused', same),
    rowOfSame('with every core busy', hog),
    rowOfSame('before each slowdown', pilot),
  ]
}

function rowOfSame(label: string, facts: SameFacts): readonly string[] {
  const told = Object.entries(facts.verdicts)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`)
  return [label, formatRows(facts.scale), String(facts.runs), String(facts.alarms), told.join(', ')]
}

const spinHeader = ['Slowed by', 'Events', 'Found', 'Promised', 'Found of promised', 'Noise']

function rowOfSpin(facts: SpinFacts): readonly string[] {
  const { percent, scale, found, comparisons, promised, foundOfPromised } = facts
  return [
    `+${percent} %`,
    formatRows(scale),
    `${found} of ${comparisons.length}`,
    String(promised),
    String(foundOfPromised),
    percentOf(facts.noise),
  ]
}

const mutantHeader = ['Mutant', 'Caught', 'Named', 'By work']

function rowsOfMutants({ mutants }: SelfTestDocument): readonly (readonly string[])[] {
  return mutants.map(({ title: name, isCaught, isNamed, isCaughtByWork }) => [
    name,
    ...[isCaught, isNamed, isCaughtByWork].map((is) => (is ? 'yes' : 'no')),
  ])
}

const standings = { kept: 'good', broken: 'bad', 'not shown': 'skipped' } as const

function renderTerminal(document: SelfTestDocument, options: RenderOptions): string {
  const page = openPage(options)
  const { faint, strong, good, bad, unsure } = page.paint
  const paint = { passed: good, failed: bad, unjudged: unsure }
  const faintly = (cells: readonly string[]): readonly { text: string; paint: typeof faint }[] =>
    cells.map((text) => ({ text, paint: faint }))
  const line = closingLine(document)
  const word = words[document.status]
  const pledges = document.pledges.flatMap((pledge) => [
    ...renderTable(page, [[markOf(page, standings[pledge.state]), pledge.title]], {
      indent: 2,
      align: 'lL',
    }),
    ...renderLabelled(page, '     ', pledge.evidence, faint),
  ])
  return [
    ...renderLabelled(page, '', title, strong),
    ...factsOf(document).flatMap(([label, text]) =>
      renderLabelled(page, `  ${label.padEnd(9)}`, text),
    ),
    ...heading(page, 'Same'),
    ...renderTable(page, [faintly(sameHeader), ...rowsOfSame(document)], {
      indent: 2,
      align: 'LrrrL',
    }),
    ...heading(page, 'Slowed down', 'promised: by the same arms before'),
    ...renderTable(page, [faintly(spinHeader), ...document.spins.map(rowOfSpin)], {
      indent: 2,
      align: 'lrrrrr',
    }),
    ...heading(page, 'Mutants', 'what layer 1 says'),
    ...renderTable(page, [faintly(mutantHeader), ...rowsOfMutants(document)], {
      indent: 2,
      align: 'Llll',
    }),
    ...heading(page, 'Pledges'),
    ...pledges,
    '',
    strong(paint[document.status](word)) + line.slice(word.length),
    '',
  ].join('\n')
}

function escaped(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.map((row) => row.map(escapeProse))
}

function renderMarkdown(document: SelfTestDocument): string {
  const pledges = document.pledges.map(({ title: name, state, evidence }) => [
    state,
    name,
    evidence,
  ])
  return [
    `**${closingLine(document)}**`,
    '',
    `# ${title}`,
    ...renderCells('lll', ['', 'Pledge', 'Evidence'], escaped(pledges)),
    ...renderCells('lrrrl', sameHeader, escaped(rowsOfSame(document))),
    ...renderCells('lrrrrr', spinHeader, escaped(document.spins.map(rowOfSpin))),
    ...renderCells('llll', mutantHeader, escaped(rowsOfMutants(document))),
    ...renderCells('ll', ['', ''], escaped(factsOf(document))),
    '',
  ].join('\n')
}

function renderJunit(document: SelfTestDocument): string {
  const troubles = troublesOf(document)
  const cases = document.pledges.map((pledge, index) => ({
    outcome:
      troubles.find((trouble) => trouble.title === pledge.title) ??
      ({ status: 'passed', title: pledge.title } as const),
    id: `self-test/${index + 1}`,
    durationMs: 0,
  }))
  const { durationMs, provenance } = document
  return renderSuites(title, [{ title, cases }], durationMs, provenance.startedAt)
}

function troublesOf({ pledges }: SelfTestDocument): readonly Trouble[] {
  return pledges.flatMap((pledge, index): readonly Trouble[] => {
    const about = { title: pledge.title, id: `self-test/${index + 1}`, group: title }
    switch (pledge.state) {
      case 'kept':
        return []
      case 'broken':
        return [{ status: 'failed', ...about, expected: pledge.title, actual: pledge.evidence }]
      case 'not shown':
        return [{ status: 'skipped', ...about, reason: pledge.evidence }]
    }
  })
}
