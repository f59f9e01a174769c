import type { FixtureFacts, MigrationFacts, Provenance } from '../../src/provenance.ts'

export const provenance = {
  harness: '0.1.0',
  startedAt: '2026-01-31T12:00:00.000Z',
  node: '20.19.0',
  platform: 'linux x64',
  cpu: 'Example CPU',
  cores: 2,
  memoryBytes: 4_294_967_296,
  load: 0.41,
  engine: { kind: 'pglite', version: '18.6', package: '0.5.16' },
} satisfies Provenance

export const migrations = {
  title: 'Hook intelligence',
  directory: 'migrations',
  contractSource: 'folder',
  files: [
    { role: 'base', file: '000_base.sql', checksum: 'aa' },
    { role: 'up', file: '004_add.sql', checksum: 'bb' },
    { role: 'rollback', file: '004_rollback.sql', checksum: 'cc' },
  ],
  ignored: ['notes.txt'],
} satisfies MigrationFacts

export const fixture = {
  name: 'canonical',
  seed: 'hooks',
  payload: 'slim',
  generatorVersion: 1,
  events: 227,
  sessions: 3,
} satisfies FixtureFacts
