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
  readonly name: 'canonical' | 'generated'
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
