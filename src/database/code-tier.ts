import { setFlagsFromString } from 'node:v8'

/**
 * How V8 compiles the engine. `optimised`: at once in baseline code, then hot functions again, on threads of their own: what
 * anything that is measured should run in. `baseline`: only the first, two to three times slower to execute, and over before
 * an optimiser would have paid for itself in a process that lives for seconds.
 */
export const codeTiers = ['baseline', 'optimised'] as const
export type CodeTier = (typeof codeTiers)[number]

const flags: Readonly<Record<CodeTier, readonly string[]>> = {
  // Otherwise an engine that is opened later shares this one's code, and is never optimised (seen on V8 11.3).
  baseline: [
    '--no-wasm-native-module-cache-enabled',
    '--no-wasm-tier-up',
    '--no-wasm-dynamic-tiering',
  ],
  optimised: ['--wasm-tier-up', '--wasm-dynamic-tiering'],
}

/** What Node starts with. */
let current: CodeTier = 'optimised'

/** Decides for the engines that this process starts from now on; those that run stay as they are. */
export function chooseCodeTier(tier: CodeTier): void {
  if (tier === current) return
  for (const flag of flags[tier]) setFlagsFromString(flag)
  current = tier
}
