import type { Database } from '../database/database.ts'
import { describeDifference, diffSnapshots } from '../migration/diff.ts'
import { MigrationError } from '../migration/migration-error.ts'
import { normalizeSnapshot } from '../migration/catalog/normalize.ts'
import type { MigrationSet } from '../migration/migration.ts'
import { applyScript } from '../migration/runner.ts'
import { type Snapshot, captureSnapshot } from '../migration/snapshot.ts'
import { exclusionsOf } from './blind-spot.ts'
import type { RunStatus } from './check.ts'
import type { VerifyDocument } from './document.ts'
import { type VerifyOptions, verifyOn } from './verify.ts'
import { Workbench } from './workbench.ts'

/** What two versions of Postgres made of the same migrations. */
export interface CatalogComparison {
  /** Versions as their servers report them, such as `16.4`. */
  readonly from: string
  readonly to: string
  /** `unjudged`: the migrations can't be applied on one of them, which its own findings say. */
  readonly verdict: 'same' | 'different' | 'unjudged'
  /** Objects of `to` that were compared. */
  readonly objects: number
  /** One entry an object that differs, as text; empty unless different. */
  readonly differences: readonly string[]
}

/** What `verify` says of several versions: a whole document of each, and whether their catalogs agree. */
export interface MatrixDocument {
  readonly schema: 'hook-harness/matrix'
  readonly schemaVersion: 1
  readonly status: RunStatus
  readonly documents: readonly VerifyDocument[]
  /** Each version with the one before it. */
  readonly comparisons: readonly CatalogComparison[]
  readonly durationMs: number
}

/** One version, judged. */
export interface JudgedVersion {
  readonly document: VerifyDocument
  /** The catalog after all migrations; null where they can't be applied. */
  readonly catalog: Snapshot | null
}

/**
 * As `verify`, with the catalog that the migrations made.
 * @throws {HarnessError} what `verify` throws
 */
export async function judgeVersion(options: VerifyOptions): Promise<JudgedVersion> {
  await using workbench = new Workbench(options)
  await using beside = workbench.openBeside()
  const document = await verifyOn(workbench, options, beside)
  const migrations = await options.migrations
  if (document.steps.some(({ role, outcome }) => role !== 'rollback' && outcome === 'failed'))
    return { document, catalog: null }
  const database = await workbench.prepare(migrations, { record: false })
  return { document, catalog: await captureMigrated(database, migrations) }
}

/** Puts judged versions, in the order given, beside each other. Catalogs that differ are as red as any finding. */
export function describeMatrix(
  judged: readonly JudgedVersion[],
  durationMs: number,
): MatrixDocument {
  const documents = judged.map(({ document }) => document)
  const comparisons = judged.flatMap((to, index) => {
    const from = judged[index - 1]
    return from === undefined ? [] : [compare(from, to)]
  })
  const statuses = new Set<RunStatus>([
    ...documents.map(({ status }) => status),
    ...comparisons.map(({ verdict }) => statusOfVerdict[verdict]),
  ])
  return {
    schema: 'hook-harness/matrix',
    schemaVersion: 1,
    status: (['failed', 'unjudged'] as const).find((one) => statuses.has(one)) ?? 'passed',
    documents,
    comparisons,
    durationMs,
  }
}

const statusOfVerdict: Readonly<Record<CatalogComparison['verdict'], RunStatus>> = {
  same: 'passed',
  different: 'failed',
  unjudged: 'unjudged',
}

function compare(from: JudgedVersion, to: JudgedVersion): CatalogComparison {
  const versions = {
    from: from.document.provenance.engine.version,
    to: to.document.provenance.engine.version,
  }
  if (from.catalog === null || to.catalog === null) {
    return { ...versions, verdict: 'unjudged', objects: 0, differences: [] }
  }
  const after = normalizeSnapshot(to.catalog)
  const differences = diffSnapshots(normalizeSnapshot(from.catalog), after).map(describeDifference)
  const verdict = differences.length === 0 ? 'same' : 'different'
  return { ...versions, verdict, objects: after.objects.length, differences }
}

/** On a database without rows: what a migration makes of rows is for the checks to judge. */
async function captureMigrated(database: Database, set: MigrationSet): Promise<Snapshot | null> {
  try {
    for (const script of set.forward) await applyScript(database, script)
  } catch (error) {
    if (error instanceof MigrationError) return null
    throw error
  }
  return captureSnapshot(database, { exclude: exclusionsOf(set.contract) })
}
