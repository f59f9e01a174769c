import { readFile } from 'node:fs/promises'
import { type PostgresVersion, programPath } from './postgres-version.ts'

/** Node has it, and its types come only with those of a browser. */
declare const WebAssembly: { readonly compile: (bytes: Uint8Array) => Promise<object> }

const kept = new Map<PostgresVersion, Promise<object>>()

/**
 * Holds the program that runs a Postgres, for as long as the process lives, and resolves when it does.
 *
 * V8 shares a compiled program among the engines of a process, optimised as far as it is by then, and forgets it with the last
 * of them. Held here it stays: a second engine opens in half the processor's time and is optimised from its first statement,
 * which is also what anything that is timed on it needs.
 */
export function keepCode(postgres: PostgresVersion): Promise<object> {
  const begun = kept.get(postgres)
  if (begun !== undefined) return begun
  const compiled = readFile(programPath(postgres)).then((bytes) => WebAssembly.compile(bytes))
  kept.set(postgres, compiled)
  return compiled
}
