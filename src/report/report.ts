import { renderGithub } from './github.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown/markdown.ts'
import type { ResultDocument } from './result-document.ts'
import { renderTerminal } from './terminal/terminal.ts'

export const formats = ['terminal', 'markdown', 'json', 'junit', 'github'] as const
export type Format = (typeof formats)[number]

/** For the terminal; the other formats look the same everywhere. */
export interface RenderOptions {
  readonly color: boolean
  /** Columns of the terminal; kept between 60 and 100. */
  readonly width: number
  /** Lists what passed, too. */
  readonly verbose: boolean
}

/** Pure: a document in, text out. Files, colour support and exit codes belong to the command. */
type Reporter = (document: ResultDocument, options: RenderOptions) => string

const reporters: Readonly<Record<Format, Reporter>> = {
  terminal: renderTerminal,
  markdown: renderMarkdown,
  json: renderJson,
  junit: renderJunit,
  github: renderGithub,
}

/** @throws {HarnessError} `E_REPORT_NUMBER`: `json` of a document that holds NaN or an infinity. */
export function render(document: ResultDocument, format: Format, options: RenderOptions): string {
  return reporters[format](document, options)
}
