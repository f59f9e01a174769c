import type { Context } from './context.ts'

/** A line on the terminal that says how far a long work has come; nothing at all in a pipe. */
export interface Progress {
  /** `done` of `total`, and what is being done; totals may change between phases. */
  show(done: number, total: number, label: string): void
  /** Takes the line away. */
  stop(): void
}

/** cli-progress draws it, and is loaded only where there is a terminal to draw on. */
export async function startProgress({ stderr, environment }: Context): Promise<Progress> {
  if (stderr.isTTY !== true || environment['CI'] !== undefined) {
    return { show: () => undefined, stop: () => undefined }
  }
  const { default: progress } = await import('cli-progress')
  const bar = new progress.SingleBar({
    stream: stderr,
    format: (options, { progress: share, total, startTime }, { label }) =>
      total === 0
        ? `… ${label}`
        : `${progress.Format.BarFormat(share, options)} ${Math.floor(100 * share)} %` +
          `${describeRest(share, Date.now() - startTime)} · ${label}`,
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C is ours to handle: the library would end the process in the middle of a file.
    gracefulExit: false,
  })
  let at: { readonly done: number; readonly total: number } | undefined
  return {
    show: (done, total, label) => {
      // Another total, or less done than before, is another phase, and its time is counted anew.
      if (at === undefined || at.total !== total || done < at.done)
        bar.start(total, done, { label })
      at = { done, total }
      bar.update(done, { label })
    },
    stop: () => {
      if (at !== undefined) bar.stop()
    },
  }
}

/** Before this nobody can tell. */
const earliest = { share: 0.01, elapsedMs: 1_000 } as const

function describeRest(share: number, elapsedMs: number): string {
  if (share < earliest.share || share >= 1 || elapsedMs < earliest.elapsedMs) return ''
  const seconds = Math.ceil((elapsedMs * (1 - share)) / share / 1_000)
  const minutes = Math.floor(seconds / 60)
  return ` · ${minutes === 0 ? '' : `${minutes} min `}${seconds % 60} s left`
}
