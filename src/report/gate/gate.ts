import type { GateDocument } from '../../gate/result.ts'
import { annotateAll } from '../github.ts'
import { renderJson } from '../json.ts'
import type { Format, RenderOptions } from '../report.ts'
import { closingLineOfGate } from './closing-line.ts'
import { renderGateJunit } from './junit.ts'
import { renderGateMarkdown } from './markdown.ts'
import { renderGateTerminal } from './terminal.ts'
import { troublesOfGate } from './trouble.ts'

const reporters: Readonly<
  Record<Format, (document: GateDocument, options: RenderOptions) => string>
> = {
  terminal: renderGateTerminal,
  markdown: renderGateMarkdown,
  json: renderJson,
  junit: renderGateJunit,
  github: (document) => annotateAll(troublesOfGate(document), closingLineOfGate(document)),
}

/** As `render`, for what `gate` says. */
export function renderGate(document: GateDocument, format: Format, options: RenderOptions): string {
  return reporters[format](document, options)
}
