import { writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Effort } from '../../src/check/subject.ts'
import { Native, runProgram } from './native.ts'
import { type Recording, recordVerify } from './record.ts'

/** One effort, both sides, in the order of the rounds; milliseconds of whole processes. */
export interface ColdResult {
  readonly effort: Effort
  readonly statements: number
  readonly engines: number
  /** Statements that were refused: what PGlite refused, and what native Postgres did. */
  readonly refused: { readonly pglite: number; readonly native: number }
  readonly rounds: readonly ColdRound[]
}

export interface ColdRound {
  readonly verifyMs: number
  /** Sum of the four parts. */
  readonly nativeMs: number
  readonly parts: {
    readonly initdbMs: number
    readonly startMs: number
    readonly psqlMs: number
    readonly stopMs: number
  }
  /** One-minute load average before it. */
  readonly load: number
}

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** Rounds of verify and native Postgres, one after the other, the first of a round in turns. */
export async function measureCold(effort: Effort, rounds: number): Promise<ColdResult> {
  // It also leaves the template in the cache: a second verify of a machine is what is measured.
  const recording = await recordVerify(effort)
  const taken: ColdRound[] = []
  let refused = 0
  for (let round = 0; round < rounds; round += 1) {
    const load = loadavg()[0] ?? 0
    const isNativeFirst = round % 2 === 1
    const before = isNativeFirst ? await runNative(recording) : undefined
    const verifyMs = await runVerify(effort)
    const native = before ?? (await runNative(recording))
    refused = native.refused
    const { parts } = native
    const nativeMs = parts.initdbMs + parts.startMs + parts.psqlMs + parts.stopMs
    taken.push({ verifyMs, nativeMs, parts, load })
    process.stderr.write(
      `${effort}: verify ${Math.round(verifyMs)} ms, native ${Math.round(nativeMs)} ms\n`,
    )
  }
  const { statements, engines } = recording
  return {
    effort,
    statements,
    engines,
    refused: { pglite: recording.refused, native: refused },
    rounds: taken,
  }
}

/** Ends with 0 only when everything was judged, and green. */
async function runVerify(effort: Effort): Promise<number> {
  const words = [cli, 'verify', '--effort', effort]
  return (await runProgram({ program: process.execPath, words })).wallMs
}

async function runNative(
  recording: Recording,
): Promise<{ parts: ColdRound['parts']; refused: number }> {
  await using native = await Native.open()
  const path = join(native.folder, 'verify.sql')
  await writeFile(path, recording.script, { mode: 0o644 })
  const initdbMs = await time(() => native.initialise())
  const startMs = await time(() => native.start())
  let stderr = ''
  const psqlMs = await time(async () => {
    ;({ stderr } = await native.script(path))
  })
  const stopMs = await time(() => native.stop())
  const refused = stderr.split('\n').filter((line) => /^psql:.* ERROR: /.test(line)).length
  return { parts: { initdbMs, startMs, psqlMs, stopMs }, refused }
}

async function time(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
