import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import process from 'node:process'

/** What every result document says about where it came from. */
export interface Provenance {
  /** The harness's own version. */
  readonly harness: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly node: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  /** One-minute load average when the run began. */
  readonly load: number
  readonly engine: {
    readonly kind: 'pglite' | 'native'
    readonly version: string
    readonly package: string
  }
}

/** The data that was judged on. */
export interface FixtureFacts {
  /** `none`: the tables hold what the base scripts insert. */
  readonly name: 'canonical' | 'generated' | 'none'
  readonly seed: string
  readonly payload: 'slim' | 'recorded'
  readonly generatorVersion: number
  /** Rows of hook_events, as the server counted them. */
  readonly events: number
  readonly sessions: number
}

export interface MigrationFacts {
  readonly title: string
  readonly directory: string
  readonly contractSource: 'folder' | 'builtin'
  readonly files: readonly {
    readonly role: 'base' | 'up' | 'patch' | 'rollback'
    readonly file: string
    readonly checksum: string
  }[]
  /** Files of the folder that play no part. */
  readonly ignored: readonly string[]
}

/** The harness's own version, from its package. */
export function harnessVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

/** What this machine says about itself now. */
export function captureProvenance(engine: Provenance['engine']): Provenance {
  return {
    harness: harnessVersion(),
    startedAt: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    load: loadavg()[0] ?? 0,
    engine,
  }
}
