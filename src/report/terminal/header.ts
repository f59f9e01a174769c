import type { FixtureFacts } from '../../provenance.ts'
import type { DocumentParts } from '../result-document.ts'
import { renderLabelled, type Page } from './page.ts'

/** What was judged, by what, and on which data. */
export function renderHeader(page: Page, parts: DocumentParts): readonly string[] {
  const { migrations, provenance, verify } = parts
  const { engine } = provenance
  const contract = migrations.contractSource === 'folder' ? 'its own contract' : 'built-in contract'
  const lines: readonly (readonly [string, string])[] = [
    ['folder', `${migrations.directory} (${contract})`],
    ...(migrations.ignored.length === 0
      ? []
      : [['ignored', migrations.ignored.join(', ')] as const]),
    ['engine', `Postgres ${engine.version}, ${engine.kind} ${engine.package}`],
    ...(verify === null
      ? []
      : [
          ['fixture', describeFixture(verify.fixture)] as const,
          ['effort', verify.effort] as const,
        ]),
    ['harness', `hook-harness ${provenance.harness}, ${provenance.startedAt}`],
    [
      'machine',
      `${provenance.cores} × ${provenance.cpu}, ${provenance.platform}, Node ${provenance.node}, ` +
        `load ${provenance.load.toFixed(2)}`,
    ],
  ]
  return [
    ...renderLabelled(page, '', migrations.title, page.paint.strong),
    ...lines.flatMap(([label, text]) => renderLabelled(page, `  ${label.padEnd(9)}`, text)),
  ]
}

function describeFixture(fixture: FixtureFacts): string {
  const { events, sessions, name, payload, seed } = fixture
  return `${name}: ${events} events in ${sessions} sessions, ${payload} payload, seed ${seed}`
}
