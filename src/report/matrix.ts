import type { MatrixDocument } from '../check/matrix.ts'
import { renderGithubOfMatrix } from './github.ts'
import { renderJson } from './json.ts'
import { renderJunitOfMatrix } from './junit.ts'
import { renderMarkdownOfMatrix } from './markdown/matrix.ts'
import type { Format, RenderOptions } from './report.ts'
import { renderTerminalOfMatrix } from './terminal/matrix.ts'

const reporters: Readonly<
  Record<Format, (document: MatrixDocument, options: RenderOptions) => string>
> = {
  terminal: renderTerminalOfMatrix,
  markdown: renderMarkdownOfMatrix,
  json: renderJson,
  junit: renderJunitOfMatrix,
  github: renderGithubOfMatrix,
}

/** As `render`, for what `verify` says of several versions. */
export function renderMatrix(
  document: MatrixDocument,
  format: Format,
  options: RenderOptions,
): string {
  return reporters[format](document, options)
}
