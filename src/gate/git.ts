import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { HarnessError, messageOf, usageError } from '../errors.ts'

/** The files of one folder as a commit has them, in a folder that is gone when disposed. */
export interface Checkout extends AsyncDisposable {
  readonly directory: string
  /** The whole hash. */
  readonly commit: string
  /** The folder, from the root of its repository. */
  readonly path: string
}

/** Larger than any migration: what git prints is held in memory. */
const mostBytes = 64 * 1024 * 1024

/**
 * Reads a folder of the repository that it lies in as it was at a ref: no branch is switched and no work tree is touched.
 * @throws {HarnessError} with fault `usage`: E_GATE_REPOSITORY (no repository, or no git), E_GATE_REF (git knows no such
 * commit), E_GATE_REF_FOLDER (the commit has no such folder, or no file in it).
 */
export async function checkOut(ref: string, folder: string): Promise<Checkout> {
  const { root, path } = await findRepository(folder)
  const commit = await resolveCommit(root, ref)
  const files = await listFiles(root, commit, path, ref)
  const directory = await mkdtemp(join(tmpdir(), 'hook-harness-gate-'))
  const dispose = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    for (const file of files) {
      const bytes = await runGit(root, ['cat-file', 'blob', `${commit}:${path}${file}`])
      await writeFile(join(directory, file), bytes)
    }
  } catch (error) {
    await dispose()
    throw error
  }
  return { directory, commit, path: path.replace(/\/$/, ''), [Symbol.asyncDispose]: dispose }
}

/** Whether git, asked in the repository around a folder, knows a commit of that name. */
export async function isCommit(ref: string, folder: string): Promise<boolean> {
  try {
    const { root } = await findRepository(folder)
    await resolveCommit(root, ref)
    return true
  } catch (error) {
    if (error instanceof HarnessError) return false
    throw error
  }
}

interface Repository {
  readonly root: string
  /** The folder as git names it: from the root, a slash at its end, empty for the root itself. */
  readonly path: string
}

/** A folder that was deleted since the ref is looked for from the folder that it was in. */
async function findRepository(folder: string): Promise<Repository> {
  const isThere = (await resolveFolder(folder)) !== undefined
  const start = (await resolveFolder(isThere ? folder : dirname(folder))) ?? folder
  let root: string
  try {
    const printed = await runGit(start, ['rev-parse', '--show-toplevel'])
    root = await realpath(printed.toString('utf8').replace(/\n$/, ''))
  } catch (error) {
    throw usageError(
      'E_GATE_REPOSITORY',
      `Folder '${folder}': found no git repository around it (${firstLine(messageOf(error))})`,
      'Name a folder of migrations as --base, or a --candidate inside a repository.',
    )
  }
  const inside = relative(root, isThere ? start : join(start, basename(folder)))
  const path = inside.split(sep).join('/')
  return { root, path: path === '' ? '' : `${path}/` }
}

async function resolveFolder(folder: string): Promise<string | undefined> {
  try {
    return await realpath(folder)
  } catch {
    return undefined
  }
}

async function resolveCommit(root: string, ref: string): Promise<string> {
  try {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]
    return (await runGit(root, args)).toString('utf8').trim()
  } catch {
    throw usageError(
      'E_GATE_REF',
      `Base '${ref}': found neither a folder of that name nor a commit in the repository '${root}'`,
      'Name a branch, a tag, a commit or a folder; in a shallow clone fetch the base branch first.',
    )
  }
}

/** Files only, and those of the folder itself: migrations lie in no deeper ones. */
async function listFiles(
  root: string,
  commit: string,
  path: string,
  ref: string,
): Promise<readonly string[]> {
  const listed = await runGit(root, ['ls-tree', '-z', commit, '--', path === '' ? '.' : path])
  const files = listed
    .toString('utf8')
    .split('\0')
    .flatMap((entry) => {
      const [facts = '', name = ''] = entry.split('\t')
      return facts.split(' ')[1] === 'blob' ? [name.slice(path.length)] : []
    })
  if (files.length === 0) {
    throw usageError(
      'E_GATE_REF_FOLDER',
      `Base '${ref}': found no files in '${path === '' ? '.' : path}' at commit ${commit.slice(0, 12)}, expected migrations`,
      'Name a ref that has the folder, or a folder of migrations as --base.',
    )
  }
  return files
}

const execute = promisify(execFile)

/** Never through a shell: a ref is an argument and nothing else. */
async function runGit(directory: string, args: readonly string[]): Promise<Buffer> {
  try {
    const { stdout } = await execute('git', ['-C', directory, ...args], {
      encoding: 'buffer',
      maxBuffer: mostBytes,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    })
    return stdout
  } catch (error) {
    throw new HarnessError('E_GATE_GIT', `git ${args[0] ?? ''}: ${firstLine(told(error))}`, {
      cause: error,
    })
  }
}

function told(error: unknown): string {
  const { stderr } = error as { readonly stderr?: Buffer }
  const text = stderr?.toString('utf8').trim() ?? ''
  return text === '' ? messageOf(error) : text
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
