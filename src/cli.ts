#!/usr/bin/env node
import process from 'node:process'
import { exitCodes } from './command/context.ts'
import { writeText } from './command/emit.ts'
import { runProgram } from './command/program.ts'
import { interrupted } from './errors.ts'

const interruption = new AbortController()
process.on('SIGINT', () => {
  // The first Ctrl-C lets everything be put away; the second does not wait for it.
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted)
  interruption.abort(interrupted())
})
process.on('SIGTERM', () => interruption.abort(interrupted()))
// Whoever reads our output may stop reading, as `head` does: no more to say, then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.green : exitCodes.unjudged)
})

const code = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
  environment: process.env,
})
// What is still on its way into a pipe would be lost with the process.
await Promise.all([writeText(process.stdout, ''), writeText(process.stderr, '')])
// Said at the end and once: some versions of the engine set an exit code of their own when they close.
process.exit(code)
