#!/usr/bin/env node
import process from 'node:process'
import { exitCodes } from './command/context.ts'
import { runProgram } from './command/program.ts'

const interruption = new AbortController()
process.on('SIGINT', () => {
  // The first Ctrl-C lets everything be put away; the second does not wait for it.
  if (interruption.signal.aborted) process.exit(exitCodes.interrupted)
  interruption.abort()
})
process.on('SIGTERM', () => interruption.abort())
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
// Said at the end and once: some versions of the engine set an exit code of their own when they close.
process.exit(code)
