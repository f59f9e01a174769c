import { formatBytes, formatMs } from '../../units.ts'
import { closingLine, verdicts } from '../closing-line.ts'
import { judgeCriteria } from '../criterion.ts'
import { partsOf, type DocumentParts, type ResultDocument } from '../result-document.ts'
import { troublesOf } from '../trouble.ts'
import { renderBenchmarks, renderStorage } from './bench.ts'
import { renderCoverage } from './coverage.ts'
import { escapeCode, escapeProse, renderCells } from './escape.ts'
import { renderTroubles } from './trouble.ts'
import {
  renderBlindSpots,
  renderCategories,
  renderLocks,
  renderObjects,
  renderRollback,
  renderSteps,
  renderTargets,
} from './verify.ts'

/** A delivery summary; every figure in it comes from the document. */
export function renderMarkdown(document: ResultDocument): string {
  const parts = partsOf(document)
  const { verify, bench } = parts
  return [
    `# Delivery summary: ${escapeProse(parts.migrations.title)}`,
    '',
    `**${closingLine(document)}**`,
    ...renderExecutiveSummary(document, parts),
    ...(verify === null
      ? []
      : [
          renderObjects,
          renderCategories,
          renderTargets,
          renderCoverage,
          renderSteps,
          renderLocks,
          renderRollback,
          renderBlindSpots,
        ].flatMap((section) => section(verify))),
    ...(bench === null
      ? []
      : [renderBenchmarks, renderStorage].flatMap((section) => section(bench))),
    ...renderCriteria(document),
    ...renderTroubles(troublesOf(document)),
    '',
  ].join('\n')
}

function renderExecutiveSummary(document: ResultDocument, parts: DocumentParts): readonly string[] {
  const { migrations, provenance, verify } = parts
  const { engine } = provenance
  const rows = [
    ['Verdict', verdicts[document.status]],
    ['Migrations', escapeCode(migrations.directory)],
    ['Contract', migrations.contractSource === 'folder' ? "the folder's own" : 'built in'],
    ...(migrations.ignored.length === 0
      ? []
      : [['Ignored files', migrations.ignored.map(escapeCode).join(', ')]]),
    ['Engine', escapeProse(`Postgres ${engine.version}, ${engine.kind} ${engine.package}`)],
    ...(verify === null
      ? []
      : [
          [
            'Fixture',
            `${verify.fixture.name}: ${verify.fixture.events} events, ${verify.fixture.sessions} sessions, ` +
              `${verify.fixture.payload} payload, seed ${escapeCode(verify.fixture.seed)}`,
          ],
          ['Effort', verify.effort],
        ]),
    [
      'Machine',
      escapeProse(
        `${provenance.cores} × ${provenance.cpu}, ${formatBytes(provenance.memoryBytes)}, ` +
          `${provenance.platform}, Node ${provenance.node}, load ${provenance.load.toFixed(2)}`,
      ),
    ],
    ['Started', escapeProse(provenance.startedAt)],
    ['Took', formatMs(document.durationMs)],
    ['Harness', escapeProse(provenance.harness)],
  ]
  return ['', '## Executive summary', ...renderCells('ll', ['', ''], rows)]
}

function renderCriteria(document: ResultDocument): readonly string[] {
  const marks = { met: '✓', missed: '✗', 'not judged': '–' } as const
  const rows = judgeCriteria(document).map(({ title, state, evidence }) => [
    marks[state],
    escapeProse(title),
    state,
    escapeProse(evidence),
  ])
  const header = ['', 'Criterion', 'State', 'Evidence']
  return ['', '## Success criteria', ...renderCells('llll', header, rows)]
}
