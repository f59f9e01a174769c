import type { MutantFacts, MutateDocument } from '../../mutation/document.ts'
import { closingLineOfMutation } from '../mutation-line.ts'
import type { RenderOptions } from '../report.ts'
import { pathOf } from '../trouble.ts'
import { type Page, heading, openPage, renderLabelled, renderTable } from './page.ts'

/** For a person at a terminal: what was tried, what each operator and category came to, then what nobody noticed. */
export function renderTerminalOfMutation(document: MutateDocument, options: RenderOptions): string {
  const page = openPage(options)
  return [
    ...heading(page, `Mutants of ${document.migrations.title}`, document.migrations.directory),
    ...renderOperators(page, document),
    ...renderCategories(page, document),
    ...(options.verbose ? renderOthers(page, document) : []),
    ...renderTroubles(page, document),
    ...renderRefuted(page, document),
    '',
    paintVerdict(page, document),
    '',
  ].join('\n')
}

function renderOperators(page: Page, { operators }: MutateDocument): readonly string[] {
  const rows = operators
    .filter(({ generated }) => generated > 0)
    .map(({ id, generated, killed, timedOut, costlier, survived, equivalent, invalid }) =>
      [id].concat(
        [generated, killed + timedOut, costlier, survived, equivalent, invalid].map(String),
      ),
    )
  const names = ['', 'made', 'killed', 'costlier', 'survived', 'equivalent', 'invalid']
  const header = names.map((text) => ({
    text,
    paint: page.paint.faint,
  }))
  return [
    ...heading(page, 'Operators'),
    ...renderTable(page, [header, ...rows], { indent: 2, align: 'Lrrrrrr' }),
  ]
}

function renderCategories(page: Page, { categories }: MutateDocument): readonly string[] {
  const rows = categories.map(({ category, killed }) => [category, String(killed)])
  return [...heading(page, 'Noticed by'), ...renderTable(page, rows, { indent: 2, align: 'Lr' })]
}

/** Where a mutant is: its file as a path from where the folder was named. */
function placeOf({ migrations }: MutateDocument, { place }: MutantFacts): string {
  return `${pathOf(migrations, place.file)}:${place.line}`
}

function renderOthers(page: Page, document: MutateDocument): readonly string[] {
  return document.mutants.flatMap((mutant) => {
    const why = reasonOf(mutant)
    if (why === null) return []
    return [
      '',
      ...renderLabelled(page, `  ${mutant.state}  `, mutant.name),
      ...renderLabelled(page, '    ', placeOf(document, mutant)),
      ...renderLabelled(page, '    ', why),
    ]
  })
}

/** Null: it is told at length elsewhere. */
function reasonOf(mutant: MutantFacts): string | null {
  switch (mutant.state) {
    case 'killed':
      return mutant.checks.join(', ')
    case 'costlier':
      return mutant.work.join('; ')
    case 'equivalent':
      return mutant.argument
    case 'invalid':
      return mutant.reason
    case 'survived':
    case 'timed-out':
    case 'unjudged':
      return null
  }
}

function renderTroubles(page: Page, document: MutateDocument): readonly string[] {
  return document.mutants.flatMap((mutant) => {
    if (mutant.state === 'survived') {
      return [
        '',
        ...renderLabelled(
          page,
          { text: '  ✗ ', paint: page.paint.bad },
          mutant.name,
          page.paint.strong,
        ),
        ...renderLabelled(page, '    ', placeOf(document, mutant)),
        ...mutant.diff
          .split('\n')
          .slice(2)
          .flatMap((line) => renderDiffLine(page, line)),
      ]
    }
    if (mutant.state === 'timed-out' || mutant.state === 'unjudged') {
      const paint = mutant.state === 'timed-out' ? page.paint.good : page.paint.unsure
      return [
        '',
        ...renderLabelled(page, { text: `  ${mutant.state}  `, paint }, mutant.name),
        ...renderLabelled(page, '    ', placeOf(document, mutant)),
        ...renderLabelled(page, '    ', mutant.reason),
      ]
    }
    return []
  })
}

/** What the list of equivalent mutants is wrong about. */
function renderRefuted(page: Page, { refuted }: MutateDocument): readonly string[] {
  return refuted.flatMap((name) => [
    '',
    ...renderLabelled(page, { text: '  ✗ ', paint: page.paint.bad }, name, page.paint.strong),
    ...renderLabelled(page, '    ', 'argued to be equivalent, and noticed all the same'),
  ])
}

function renderDiffLine(page: Page, line: string): readonly string[] {
  const { good, bad, faint } = page.paint
  const paint = line.startsWith('-') ? bad : line.startsWith('+') ? good : faint
  return renderLabelled(page, '    ', line, paint)
}

function paintVerdict(page: Page, document: MutateDocument): string {
  const { good, bad, unsure, strong } = page.paint
  const [verdict = '', ...rest] = closingLineOfMutation(document).split(' ')
  const paint = { passed: good, failed: bad, unjudged: unsure }[document.status]
  return `${strong(paint(verdict))} ${rest.join(' ')}`
}
