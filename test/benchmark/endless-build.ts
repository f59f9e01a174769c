import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sample } from '../../src/benchmark/result.ts'
import { ensureTemplate, nameTemplate } from '../../src/benchmark/template.ts'

const facts = { events: 1, payload: 'slim', expiresAtMs: Number.MAX_SAFE_INTEGER }
async function build(folder: string): Promise<Sample> {
  await mkdir(folder)
  for (let file = 0; file < 200; file += 1) {
    await writeFile(join(folder, String(file)), 'x'.repeat(1_000))
  }
  return { latencyMs: 1, rows: 1 }
}

process.stdout.write('begun')
for (let count = 0; ; count += 1) {
  await ensureTemplate(nameTemplate([process.pid, count]), { facts, build })
}
