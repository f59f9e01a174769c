import type { TransactionContract } from './contract.ts'
import { MigrationError, activeTransaction } from './migration-error.ts'
import { readStatements } from './runner.ts'
import type { Script } from './script.ts'
import type { TransactionMode } from './transaction.ts'

/** Finds out, by executing them, how scripts have to be executed. */
export class TransactionDraft {
  readonly #modes = new Map<string, TransactionMode>()

  /**
   * Does `apply` with the script as it has to be executed: one that begins or commits as it is, any other in a
   * transaction, unless the server refuses that.
   * @throws {MigrationError}
   */
  async apply<T>(script: Script, apply: (script: Script) => Promise<T>): Promise<T> {
    const statements = await readStatements(script)
    const isOwn = statements.some(({ transaction }) => transaction !== null)
    const attempt = (mode: TransactionMode): Promise<T> => {
      this.#modes.set(script.file, mode)
      return apply({ ...script, transaction: mode })
    }
    if (isOwn) return attempt('own')
    try {
      return await attempt('wrapped')
    } catch (error) {
      if (!(error instanceof MigrationError) || error.sqlState !== activeTransaction) throw error
      return attempt('none')
    }
  }

  /** What the contract says; undefined where every file is a transaction of its own making. */
  describe(): TransactionContract | undefined {
    const modes = [...this.#modes]
    const count = (wanted: TransactionMode): number =>
      modes.filter(([, mode]) => mode === wanted).length
    if (count('own') === modes.length) return undefined
    const usual = count('wrapped') > count('own') ? 'wrapped' : 'own'
    return {
      default: usual,
      files: Object.fromEntries(modes.filter(([, mode]) => mode !== usual)),
    }
  }
}
