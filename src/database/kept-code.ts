import { readFileSync } from 'node:fs'
import { type CodeTier, chooseCodeTier } from './code-tier.ts'
import { type PostgresVersion, programPath } from './postgres-version.ts'

/** Node has it, and its types come only with those of a browser. */
declare const WebAssembly: { readonly compile: (bytes: Uint8Array) => Promise<object> }

const kept = new Map<string, Promise<object>>()

/**
 * The compiled program of a Postgres, the same one for every engine of a tier that this thread opens. V8 optimises it while any of
 * them runs, and forgets nothing between one engine and the next: the second opens in half the processor's time and is
 * optimised from its first statement, which is also what anything that is timed on it needs.
 * @throws {Error} what the file system or the compiler says; the next call tries again.
 */
export function compileProgram(postgres: PostgresVersion, tier: CodeTier): Promise<object> {
  const name = `${postgres} ${tier}`
  const begun = kept.get(name)
  if (begun !== undefined) return begun
  // Nobody may choose another tier between this and the compiler.
  const bytes = readFileSync(programPath(postgres))
  chooseCodeTier(tier)
  const compiling = WebAssembly.compile(bytes)
  kept.set(name, compiling)
  compiling.catch(() => kept.delete(name))
  return compiling
}
