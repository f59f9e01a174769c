import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    readonly isAll: boolean
  }
}

/** `npm run test:all` runs everything; `npm test` what people wait for, and not the long kin of what is in it. */
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
