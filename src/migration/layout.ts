import { usageError } from '../errors.ts'
import type { HarnessError } from '../errors.ts'
import type { ContractFiles } from './contract.ts'
import type { Role } from './script.ts'

/** Which file of a folder plays which part, by name. */
export interface Layout extends Omit<ContractFiles, 'ignored'> {
  /** Names that were seen and play no part. */
  readonly ignored: readonly string[]
}

/** SQL among the names that play no part, and that nobody has said may play none: what somebody forgot looks like it. */
export function findStray(
  names: readonly string[],
  { ignored = [] }: Pick<ContractFiles, 'ignored'>,
): readonly string[] {
  const known = new Set(ignored.map(({ file }) => file))
  return names.filter((name) => /\.sql$/i.test(name) && !known.has(name))
}

/** A part that somebody expects, and no file plays. */
export interface MissingFile {
  readonly role: Role
  readonly version: number | null
  /** The name it should have. */
  readonly file: string
}

interface NamedPart {
  readonly role: Role
  readonly version: number
  readonly file: string
}

/** Numbers up to 15 digits are exact: time stamps such as 20260131120000 are numbers, too. */
const patterns: readonly (readonly [Role | 'none', RegExp])[] = [
  ['none', /^(?:0+|\d+[a-z])_(?:rollback(?:_.*)?|.*\.down)\.sql$/i],
  ['base', /^(0+)_.*\.sql$/i],
  ['rollback', /^(\d{1,15})_(?:rollback(?:_.*)?|.*\.down)\.sql$/i],
  ['patch', /^(\d{1,15})[b-z]_.*\.sql$/i],
  ['up', /^(\d{1,15})_.*\.sql$/i],
  ['rollback', /^U(\d{1,15})__.*\.sql$/],
  ['up', /^V(\d{1,15})__.*\.sql$/],
]

function classifyName(file: string): NamedPart | undefined {
  for (const [role, pattern] of patterns) {
    const match = pattern.exec(file)
    if (match !== null) {
      return role === 'none' ? undefined : { role, version: Number(match[1] ?? 0), file }
    }
  }
  return undefined
}

/** Files beside the scripts that nobody takes for one. */
const companions: ReadonlySet<string> = new Set([
  'contract.json',
  'contract.schema.json',
  'equivalent-mutants.json',
  'README.md',
])

/**
 * Finds the parts by name: `000_*.sql` is the base schema, `<n>_*.sql` migrates up, `<n>b_*.sql` to `<n>z_*.sql` patch
 * it, `<n>_rollback_*.sql` or `<n>_*.down.sql` undo it; `V<n>__*.sql` and `U<n>__*.sql` go up and down, too. Everything
 * else is ignored, and listed.
 * @param from the first version that is a migration; those before it make the base schema, and need no way back
 * @throws {HarnessError} `E_MIGRATION_ROLE`: a part that nobody plays, or two files claim.
 */
export function layOutByName(directory: string, names: readonly string[], from = 0): Layout {
  const candidates = names
    .filter((name) => !companions.has(name) && !name.startsWith('.'))
    .toSorted()
  const parts = candidates.flatMap((name) => classifyName(name) ?? [])
  const numbered = parts.filter(({ role }) => role !== 'base')
  const all = [...new Set(numbered.map(({ version }) => version))].toSorted((a, b) => a - b)
  const versions = all.filter((version) => version >= from)
  if (versions.length === 0) {
    const since = from === 0 ? '' : ` of version ${from} or later`
    throw roleError(directory, names, `an up file${since}, e.g. 004_add_*.sql`)
  }
  const of = (version: number): readonly NamedPart[] =>
    numbered.filter((part) => part.version === version)
  const upOf = (version: number): string => pickOne(directory, names, of(version), 'up', version)
  const patchesOf = (version: number): readonly string[] =>
    of(version).flatMap(({ role, file }) => (role === 'patch' ? [file] : []))
  const before = all.filter((version) => version < from)
  const earlier = before.flatMap((version) => [upOf(version)].concat(patchesOf(version)))
  const base = [...findBase(candidates), ...earlier]
  const migrations = versions.map((version) => ({
    version,
    up: upOf(version),
    patches: patchesOf(version),
    rollback: pickOne(directory, names, of(version), 'rollback', version),
  }))
  const used = new Set([
    ...base,
    ...migrations.flatMap(({ up, patches, rollback }) => [up, ...patches, rollback]),
  ])
  return { base, migrations, ignored: candidates.filter((name) => !used.has(name)) }
}

/** The files of the base schema among names, in order: `000_*.sql`. */
export function findBase(names: readonly string[]): string[] {
  return names.filter((name) => classifyName(name)?.role === 'base').toSorted()
}

function pickOne(
  directory: string,
  names: readonly string[],
  parts: readonly NamedPart[],
  role: 'up' | 'rollback',
  version: number,
): string {
  const files = parts.filter((part) => part.role === role).map(({ file }) => file)
  const [file] = files
  if (file !== undefined && files.length === 1) return file
  const pattern = role === 'up' ? '<n>_*.sql' : '<n>_rollback_*.sql or <n>_*.down.sql'
  throw roleError(
    directory,
    files.length === 0 ? names : files,
    `exactly one ${role} file of migration ${version} (${pattern})`,
    role === 'rollback' && files.length === 0
      ? `One that the others stand on needs no way back: 'hook-harness contract init --from ${version + 1}' takes it for their base.`
      : undefined,
  )
}

/**
 * Takes the parts from a contract. Patches may be missing: that is for a check to say.
 * @throws {HarnessError} `E_MIGRATION_ROLE`: no up file or no rollback.
 */
export function layOutByContract(
  directory: string,
  names: readonly string[],
  files: ContractFiles,
): Layout & { readonly missing: readonly MissingFile[] } {
  const present = new Set(names)
  const missing: MissingFile[] = []
  const migrations = files.migrations.map(({ version, up, patches, rollback }) => {
    if (!present.has(up))
      throw roleError(directory, names, `'${up}', the up file of migration ${version}`)
    if (!present.has(rollback)) {
      throw roleError(directory, names, `'${rollback}', the rollback of migration ${version}`)
    }
    const absent = patches.filter((file) => !present.has(file))
    missing.push(...absent.map((file) => ({ role: 'patch' as const, version, file })))
    return { version, up, rollback, patches: patches.filter((file) => present.has(file)) }
  })
  const used = new Set([
    ...files.base,
    ...migrations.flatMap(({ up, patches, rollback }) => [up, ...patches, rollback]),
  ])
  return {
    base: files.base,
    migrations,
    missing,
    ignored: names
      .filter((name) => !used.has(name) && !companions.has(name) && !name.startsWith('.'))
      .toSorted(),
  }
}

/** What a contract declares and a layout found by name lacks; names may differ, version and letter may not. */
export function findMissing(
  layout: Pick<ContractFiles, 'migrations'>,
  declared: Pick<ContractFiles, 'migrations'>,
): readonly MissingFile[] {
  return declared.migrations.flatMap(({ version, up, patches, rollback }) => {
    const found = layout.migrations.find((migration) => migration.version === version)
    const letters = new Set(found?.patches.map(letterOf))
    const absent: MissingFile[] =
      found === undefined
        ? [
            { role: 'up', version, file: up },
            { role: 'rollback', version, file: rollback },
          ]
        : []
    const absentPatches = patches.filter((file) => !letters.has(letterOf(file)))
    return [...absent, ...absentPatches.map((file) => ({ role: 'patch' as const, version, file }))]
  })
}

function letterOf(file: string): string {
  return /^\d+([b-z])/i.exec(file)?.[1]?.toLowerCase() ?? ''
}

/** The folder, what it holds, and what should be there. */
export function roleError(
  directory: string,
  found: readonly string[],
  expected: string,
  hint = 'Name the parts in a contract.json beside them, or follow the names <n>_*.sql, <n>b_*.sql, <n>_rollback_*.sql, or V<n>__*.sql and U<n>__*.sql.',
): HarnessError {
  const sorted = found.toSorted()
  const shown = sorted.slice(0, 8).join(', ') + (sorted.length > 8 ? `, … (${sorted.length})` : '')
  return usageError(
    'E_MIGRATION_ROLE',
    `Migrations folder '${directory}': found ${shown || 'no file'}, expected ${expected}`,
    hint,
  )
}
