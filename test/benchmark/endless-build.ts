import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Built,
  leaseTemplate,
  nameTemplate,
  templateDirectory,
} from '../../src/benchmark/template.ts'

/** The same name again and again: built, copied, damaged, and so built again in its own place. */
const name = nameTemplate(['endless'])

async function build(folder: string): Promise<Built> {
  await mkdir(join(folder, 'base'), { recursive: true })
  for (let file = 0; file < 200; file += 1) {
    await writeFile(join(folder, 'base', String(file)), 'x'.repeat(1_000))
  }
  return { load: { latencyMs: 1, rows: 1 }, notes: Buffer.from('notes') }
}

process.stdout.write('begun')
for (;;) {
  await using lease = await leaseTemplate(name, { facts: { events: 1, payload: 'slim' }, build })
  await lease.clone()
  await rm(join(templateDirectory(), name, 'data', 'base', '7'))
}
