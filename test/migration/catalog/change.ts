import type { ObjectKind } from '../../../src/migration/catalog/kind.ts'

/** A change of the catalog, and exactly what the diff must say about it: changed facts in full, whole objects by title. */
export interface CatalogChange {
  readonly title: string
  /** What is there before; not part of the difference. */
  readonly given?: string
  readonly sql: string
  readonly differs: readonly string[]
}

export type ChangesByKind = Partial<Record<ObjectKind, readonly CatalogChange[]>>
