import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import picocolors from 'picocolors'
import { HarnessError, usageError } from '../errors.ts'
import { writeFileWhole } from '../file.ts'
import { type Format, type RenderOptions, render } from '../report/report.ts'
import type { ResultDocument } from '../report/result-document.ts'
import type { Context } from './context.ts'

export interface EmitOptions {
  readonly format: Format
  /** A file instead of standard output. */
  readonly output?: string
  /** A file that the report is appended to, as Markdown. */
  readonly summary?: string
  /** Lists what passed, too. */
  readonly verbose?: boolean
}

/** As `checkOutput`, for every file that the flags name. @throws {HarnessError} E_OUTPUT */
export async function checkOutputs({
  output,
  summary,
}: Pick<EmitOptions, 'output' | 'summary'>): Promise<void> {
  await checkOutput(output)
  await checkOutput(summary)
}

/** Finds out before a long run, not after it, that its report has nowhere to go. @throws {HarnessError} E_OUTPUT */
export async function checkOutput(output: string | undefined): Promise<void> {
  if (output === undefined) return
  if (output === '') {
    throw usageError(
      'E_OUTPUT',
      'Output: found an empty name, expected the name of a file',
      'A variable that is not set reads as nothing: leave the flag out, or name a file.',
    )
  }
  const folder = dirname(resolve(output))
  try {
    await access(folder, constants.W_OK)
  } catch (error) {
    throw new HarnessError('E_OUTPUT', `Output '${output}': folder '${folder}' can't be written`, {
      fault: 'usage',
      hint: 'Name a file in a folder that exists and that you may write to.',
      cause: error,
    })
  }
  const found = await stat(output).catch(() => undefined)
  if (found?.isDirectory() === true) {
    throw usageError('E_OUTPUT', `Output '${output}': found a folder, expected the name of a file`)
  }
}

/** Renders a document and puts it where it was asked for, whole. */
export function emit(
  context: Context,
  document: ResultDocument,
  options: EmitOptions,
): Promise<void> {
  return emitAs(context, options, (format, rules) => render(document, format, rules))
}

/** As `emit`, for a document that is rendered otherwise: in the format that was asked for, and as Markdown for a summary. */
export async function emitAs(
  context: Context,
  options: EmitOptions,
  renderAs: (format: Format, rules: RenderOptions) => string,
): Promise<void> {
  await emitText(context, options, (rules) => renderAs(options.format, rules))
  if (options.summary === undefined) return
  const rules = { color: false, width: 80, verbose: false }
  await appendWhole(options.summary, renderAs('markdown', rules))
}

/** Adds a report to what is there already, as the steps of a job do; all of it or, on a full disk, nothing. */
async function appendWhole(path: string, text: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  await writeFileWhole(path, [before, text])
}

/** Puts a report where it was asked for, whole; what is rendered depends on where that is. */
export async function emitText(
  context: Context,
  options: Pick<EmitOptions, 'output' | 'verbose'>,
  renderText: (rules: RenderOptions) => string,
): Promise<void> {
  const { stdout } = context
  const isTerminal = options.output === undefined && stdout.isTTY === true
  const text = renderText({
    color: isTerminal && wantsColor(context),
    width: widthOf(context, isTerminal ? stdout.columns : undefined),
    verbose: options.verbose ?? false,
  })
  if (options.output === undefined) {
    await writeText(stdout, text)
    return
  }
  await writeFileWhole(options.output, [text])
  await writeText(context.stderr, `Report written to ${options.output}\n`)
}

/** What a log or a page has room for: more than a window that nobody has made wider. */
const widthElsewhere = 120

/** Columns of a terminal, or what COLUMNS says, within what can be read. */
function widthOf({ environment }: Context, columns: number | undefined): number {
  const said = Number.parseInt(environment['COLUMNS'] ?? '', 10)
  const wanted = said > 0 ? said : (columns ?? widthElsewhere)
  return Math.min(Math.max(wanted, 60), widthElsewhere)
}

/** NO_COLOR (no-color.org) counts whatever its value, as long as it has one; so does a dumb terminal. */
function wantsColor({ environment }: Context): boolean {
  const refused = environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== ''
  return !refused && environment['TERM'] !== 'dumb' && picocolors.isColorSupported
}

/** Resolves when the text has left the process: what is still in a buffer when it ends is lost. */
export function writeText(stream: Writable, text: string): Promise<void> {
  return new Promise((resolveWrite, reject) => {
    stream.write(text, (error) => (error == null ? resolveWrite() : reject(error)))
  })
}
