import type { OpenOptions } from '../database/pglite.ts'
import { openFresh } from '../database/template.ts'
import { pickDefined } from '../defined.ts'

/**
 * An engine that does nothing and stays. V8 shares the compiled program among engines, optimised as far as it is by then, and
 * forgets it with the last of them: while one is open, a session costs three quarters of the processor's time, and is not
 * timed while it is being compiled.
 */
export function openEmber(options: Pick<OpenOptions, 'signal'>): Promise<AsyncDisposable> {
  return openFresh(pickDefined(options, ['signal']))
}
