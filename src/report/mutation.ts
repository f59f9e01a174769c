import type { MutateDocument } from '../mutation/document.ts'
import { renderJson } from './json.ts'
import { renderMarkdownOfMutation } from './markdown/mutation.ts'
import type { RenderOptions } from './report.ts'
import { renderTerminalOfMutation } from './terminal/mutation.ts'

export const mutationFormats = ['terminal', 'markdown', 'json'] as const
export type MutationFormat = (typeof mutationFormats)[number]

const reporters: Readonly<
  Record<MutationFormat, (document: MutateDocument, options: RenderOptions) => string>
> = {
  terminal: renderTerminalOfMutation,
  markdown: renderMarkdownOfMutation,
  json: renderJson,
}

/** As `render`, for what `mutate` says. */
export function renderMutation(
  document: MutateDocument,
  format: MutationFormat,
  options: RenderOptions,
): string {
  return reporters[format](document, options)
}
