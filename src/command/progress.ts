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
    format: '{bar} {percentage} % · {eta_formatted} left · {label}',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C is ours to handle: the library would end the process in the middle of a file.
    gracefulExit: false,
  })
  let started = false
  return {
    show: (done, total, label) => {
      if (started) bar.setTotal(total)
      else bar.start(total, done, { label })
      started = true
      bar.update(done, { label })
    },
    stop: () => {
      if (started) bar.stop()
    },
  }
}
