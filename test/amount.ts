import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    readonly isAll: boolean
  }
}

/**
 * `npm run test:all` runs everything. `npm test` is what people wait for: it leaves out the long kin of what is in it, and what
 * takes a command of its own to the end (the main job, a whole gate, the gate's test of itself).
 */
export const isAll = inject('isAll')

/** Of a table of cases each of which takes long: all, or one of each kind. */
export function someOfEach<T>(cases: readonly T[], kindOf: (one: T) => string): readonly T[] {
  return isAll ? cases : firstOfEach(cases, kindOf)
}

/** The first of each kind. */
export function firstOfEach<T>(cases: readonly T[], kindOf: (one: T) => string): readonly T[] {
  const known = new Set<string>()
  return cases.filter((one) => {
    const isNew = !known.has(kindOf(one))
    known.add(kindOf(one))
    return isNew
  })
}
