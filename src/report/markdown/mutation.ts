import type { MutateDocument } from '../../mutation/document.ts'
import { closingLineOfMutation } from '../mutation-line.ts'
import { pathOf } from '../trouble.ts'
import { visibleLines } from '../visible.ts'
import { escapeCode, escapeProse, renderCells, renderFence } from './escape.ts'

/** Every figure comes from the document. */
export function renderMarkdownOfMutation(document: MutateDocument): string {
  return [
    `# Mutants: ${escapeProse(document.migrations.title)}`,
    '',
    `**${escapeProse(closingLineOfMutation(document))}**`,
    ...renderOperators(document),
    ...renderCategories(document),
    ...renderCostlier(document),
    ...renderSurvivors(document),
    ...renderEquivalents(document),
    ...renderRefuted(document),
    '',
  ].join('\n')
}

function renderOperators({ operators }: MutateDocument): readonly string[] {
  const rows = operators.map((operator) => [
    escapeCode(operator.id),
    escapeProse(operator.description),
    ...[
      operator.generated,
      operator.killed,
      operator.timedOut,
      operator.costlier,
      operator.survived,
      operator.equivalent,
      operator.invalid,
      operator.unjudged,
    ].map(String),
  ])
  const header = [
    'Operator',
    'What it does',
    'Made',
    'Killed',
    'Timed out',
    'Costlier',
    'Survived',
    'Equivalent',
    'Invalid',
    'Unjudged',
  ]
  return ['', '## Operators', ...renderCells('llrrrrrrrr', header, rows)]
}

function renderCategories({ categories }: MutateDocument): readonly string[] {
  const rows = categories.map(({ category, killed }) => [category, String(killed)])
  return ['', '## Noticed by', ...renderCells('lr', ['Category', 'Mutants'], rows)]
}

function renderCostlier({ mutants }: MutateDocument): readonly string[] {
  const rows = mutants.flatMap((mutant) =>
    mutant.state === 'costlier'
      ? [[escapeCode(mutant.name), escapeProse(mutant.work.join('; '))]]
      : [],
  )
  return [
    '',
    '## Costlier',
    ...(rows.length === 0 ? ['', 'None.'] : renderCells('ll', ['Mutant', 'What takes more'], rows)),
  ]
}

function renderSurvivors(document: MutateDocument): readonly string[] {
  const { mutants, migrations } = document
  const survivors = mutants.flatMap((mutant) => {
    if (mutant.state !== 'survived') return []
    const place = escapeCode(`${pathOf(migrations, mutant.place.file)}:${mutant.place.line}`)
    const diff = renderFence('diff', visibleLines(mutant.diff))
    return ['', `${escapeCode(mutant.name)}, ${place}`, ''].concat(diff)
  })
  return ['', '## Survivors', ...(survivors.length === 0 ? ['', 'None.'] : survivors)]
}

function renderEquivalents({ mutants }: MutateDocument): readonly string[] {
  const rows = mutants.flatMap((mutant) =>
    mutant.state === 'equivalent' ? [[escapeCode(mutant.name), escapeProse(mutant.argument)]] : [],
  )
  return [
    '',
    '## Equivalent',
    ...(rows.length === 0 ? ['', 'None.'] : renderCells('ll', ['Mutant', 'Argument'], rows)),
  ]
}

function renderRefuted({ refuted }: MutateDocument): readonly string[] {
  if (refuted.length === 0) return []
  return ['', '## Refuted arguments', '', ...refuted.map((name) => `- ${escapeCode(name)}`)]
}
