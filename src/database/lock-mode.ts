/** From the weakest to the strongest, as Postgres's table of conflicting lock modes lists them. */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const
export type LockMode = (typeof lockModes)[number]

/** Those that somebody waits for, who only reads or writes rows. */
export const blockingModes: readonly LockMode[] = lockModes.slice(lockModes.indexOf('SHARE'))

/**
 * Whom a lock keeps waiting: SELECT takes ACCESS SHARE, which conflicts with ACCESS EXCLUSIVE alone; INSERT, UPDATE and
 * DELETE take ROW EXCLUSIVE, which conflicts with SHARE and all that are stronger.
 */
export function blockedBy(mode: LockMode): 'nothing' | 'writes' | 'reads and writes' {
  if (mode === 'ACCESS EXCLUSIVE') return 'reads and writes'
  return blockingModes.includes(mode) ? 'writes' : 'nothing'
}

/** The strongest of modes as `pg_locks` spells them, such as `ShareRowExclusiveLock`; undefined: there is none. */
export function strongestOf(spelled: readonly string[]): LockMode | undefined {
  return lockModes.findLast((mode) => spelled.includes(spellMode(mode)))
}

/** `SHARE ROW EXCLUSIVE` as `pg_locks` spells it. */
export function spellMode(mode: LockMode): string {
  const words = mode.split(' ').map((word) => word.charAt(0) + word.slice(1).toLowerCase())
  return `${words.join('')}Lock`
}
