import { closingLine, verdicts } from '../closing-line.ts'
import { partsOf, type ResultDocument } from '../result-document.ts'
import { troublesOf } from '../trouble.ts'
import { renderBenchmarks, renderOmitted, renderStorage } from './bench.ts'
import { renderCoverage } from './coverage.ts'
import { renderHeader } from './header.ts'
import { renderForetold, renderLadder, renderLaws, renderTables } from './ladder.ts'
import { openPage, type Page } from './page.ts'
import { renderTroubles } from './trouble.ts'
import {
  renderBlindSpots,
  renderCategories,
  renderLocks,
  renderObjects,
  renderPassed,
  renderRollback,
  renderSteps,
  renderTargets,
} from './verify.ts'

/**
 * For a person at a terminal: the facts first, then the verdicts, then what is wrong, so that it stands on the screen when
 * the prompt comes back. The closing line is one line however long, and begins with the verdict: scripts may search for it.
 */
export function renderTerminal(
  document: ResultDocument,
  options: { readonly color: boolean; readonly width: number; readonly verbose: boolean },
): string {
  const page = openPage(options)
  const parts = partsOf(document)
  const { verify, bench } = parts
  const sections = [
    renderHeader(page, parts),
    ...(verify === null
      ? []
      : [renderSteps, renderObjects, renderLocks, renderTargets, renderCoverage].map((section) =>
          section(page, verify),
        )),
    ...(bench === null
      ? []
      : [
          renderBenchmarks,
          renderLadder,
          renderOmitted,
          renderTables,
          renderLaws,
          renderForetold,
          renderStorage,
        ].map((section) => section(page, bench))),
    ...(verify === null
      ? []
      : [renderPassed, renderCategories, renderRollback, renderBlindSpots].map((section) =>
          section(page, verify),
        )),
    renderTroubles(page, troublesOf(document)),
    ['', renderClosing(page, document), ''],
  ]
  return sections.flat().join('\n')
}

function renderClosing(page: Page, document: ResultDocument): string {
  const line = closingLine(document)
  const verdict = verdicts[document.status]
  const paint = { passed: page.paint.good, failed: page.paint.bad, unjudged: page.paint.unsure }
  return page.paint.strong(paint[document.status](verdict)) + line.slice(verdict.length)
}
