import type { Writable } from 'node:stream'

/** What a command may use of the world around it. */
export interface Context {
  /** Results only. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  /** Progress, warnings and errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean }
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The command line, without the program. */
  readonly words?: readonly string[]
}

/** How a process ends: the same table stands in the README. */
export const exitCodes = {
  /** Everything was judged, and is as it should be. */
  green: 0,
  /** Something was judged, and is not. */
  red: 1,
  /** Something could not be judged. */
  unjudged: 2,
  /** The command line, or a file that it names, can't be used. */
  usage: 64,
  /** Ctrl-C, as shells count it. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The exit code for a document's status. */
export function exitCodeOf(status: 'passed' | 'failed' | 'unjudged'): ExitCode {
  switch (status) {
    case 'passed':
      return exitCodes.green
    case 'failed':
      return exitCodes.red
    case 'unjudged':
      return exitCodes.unjudged
  }
}
