import type { FixtureFacts, MigrationFacts, Provenance } from '../../provenance.ts'
import {
  choice,
  count,
  described,
  instant,
  listOf,
  positive,
  quantity,
  recordOf,
  text,
  type Schema,
} from './shape.ts'

export const provenanceShape: Schema<Provenance> = recordOf<Provenance>({
  harness: described("The harness's own version.", text),
  startedAt: described('ISO 8601, UTC.', instant),
  node: text,
  platform: text,
  cpu: text,
  cores: positive,
  memoryBytes: count,
  load: described('One-minute load average when the run began.', quantity),
  engine: recordOf<Provenance['engine']>({
    kind: choice('pglite', 'native'),
    version: text,
    package: text,
  }),
})

export const fixtureShape: Schema<FixtureFacts> = recordOf<FixtureFacts>({
  name: choice('canonical', 'generated', 'none'),
  seed: text,
  payload: choice('slim', 'recorded'),
  generatorVersion: count,
  events: described('Rows of hook_events, as the server counted them.', count),
  sessions: count,
})

export const roleShape: Schema<'base' | 'up' | 'patch' | 'rollback'> = choice(
  'base',
  'up',
  'patch',
  'rollback',
)

export const filesShape: Schema<MigrationFacts['files']> = listOf(
  recordOf<MigrationFacts['files'][number]>({ role: roleShape, file: text, checksum: text }),
)

export const migrationsShape: Schema<MigrationFacts> = recordOf<MigrationFacts>({
  title: text,
  directory: text,
  contractSource: choice('folder', 'builtin'),
  files: filesShape,
  ignored: described('Files of the folder that play no part.', listOf(text)),
})
