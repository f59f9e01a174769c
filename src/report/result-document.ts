import type { BenchDocument } from '../benchmark/result.ts'
import type { VerifyDocument } from '../check/document.ts'
import type { MigrationFacts, Provenance } from '../provenance.ts'
import type { RunDocument } from './run-document.ts'

/** Everything that a report can be made of. */
export type ResultDocument = VerifyDocument | BenchDocument | RunDocument

/** The parts of a document, so that a reporter need not ask which document it has. */
export interface DocumentParts {
  readonly verify: VerifyDocument | null
  readonly bench: BenchDocument | null
  readonly migrations: MigrationFacts
  readonly provenance: Provenance
}

export function partsOf(document: ResultDocument): DocumentParts {
  switch (document.schema) {
    case 'hook-harness/verify':
      return { verify: document, bench: null, ...originOf(document) }
    case 'hook-harness/bench':
      return { verify: null, bench: document, ...originOf(document) }
    case 'hook-harness/run':
      return { verify: document.verify, bench: document.bench, ...originOf(document.verify) }
  }
}

function originOf(
  document: VerifyDocument | BenchDocument,
): Pick<DocumentParts, 'migrations' | 'provenance'> {
  return { migrations: document.migrations, provenance: document.provenance }
}
