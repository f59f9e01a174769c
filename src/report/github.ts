import type { BlindSpot } from '../check/document.ts'
import type { MatrixDocument } from '../check/matrix.ts'
import { blindSpotsTitle, mergeBlindSpots } from './blind-spot.ts'
import { closingLine } from './closing-line.ts'
import { closingLineOfMatrix, troublesOfMatrix } from './matrix-trouble.ts'
import { partsOf, type ResultDocument } from './result-document.ts'
import { troublesOf, type Trouble } from './trouble.ts'
import { makeVisible, visibleLines } from './visible.ts'

/** Workflow commands of GitHub Actions: an annotation a trouble, on the line of the migration; then the closing line. */
export function renderGithub(document: ResultDocument): string {
  const { verify } = partsOf(document)
  const spots = verify === null ? [] : verify.blindSpots
  return annotateAll(troublesOf(document), closingLine(document), spots)
}

/** As `renderGithub`; each annotation says on which version. */
export function renderGithubOfMatrix(document: MatrixDocument): string {
  const spots = mergeBlindSpots(document.documents)
  return annotateAll(troublesOfMatrix(document), closingLineOfMatrix(document), spots)
}

export function annotateAll(
  troubles: readonly Trouble[],
  line: string,
  spots: readonly BlindSpot[] = [],
): string {
  const notices = spots.map(({ what, reason }) =>
    command('notice', { title: blindSpotsTitle }, `${what}: ${reason}`),
  )
  const notice = command('notice', { title: 'hook-harness' }, line)
  const skipped = troubles.filter(isSkipped)
  const reasons = new Set(skipped.map(({ reason }) => reason))
  return [
    ...troubles.filter((trouble) => !isSkipped(trouble)).map(annotate),
    ...Array.from(reasons, (reason) =>
      annotateSkipped(skipped.filter((trouble) => trouble.reason === reason)),
    ),
    ...notices,
    notice,
    '',
  ].join('\n')
}

type Skipped = Extract<Trouble, { readonly status: 'skipped' }>

function isSkipped(trouble: Trouble): trouble is Skipped {
  return trouble.status === 'skipped'
}

/** What one thing has kept from being looked at is one annotation: the thing itself has its own. */
function annotateSkipped(troubles: readonly Skipped[]): string {
  const [first] = troubles
  const groups = [...new Set(troubles.map(({ group }) => group))].join(', ')
  const reason = first === undefined ? [] : explain(first)
  return command(
    'warning',
    { title: groups },
    [...troubles.map(({ title }) => title), ...reason].join('\n'),
  )
}

function annotate(trouble: Trouble): string {
  const { place, group, title } = trouble
  const where = place === undefined ? {} : { file: place.file, line: String(place.line) }
  return command('error', { ...where, title: group }, [title, ...explain(trouble)].join('\n'))
}

function explain(trouble: Trouble): readonly string[] {
  switch (trouble.status) {
    case 'failed':
      return [`expected: ${trouble.expected}`, `actual: ${trouble.actual}`]
    case 'errored': {
      const { code, message, hint } = trouble.error
      return [`${code}: ${message}`, ...(hint === undefined ? [] : [hint])]
    }
    case 'skipped':
      return [`skipped: ${trouble.reason}`]
  }
}

/** `::name key=value,key=value::message` on one line, escaped as actions/toolkit does it. */
function command(
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string>>,
  message: string,
): string {
  const list = Object.entries(properties).map(
    ([key, value]) => `${key}=${escapeProperty(makeVisible(value))}`,
  )
  return `::${name} ${list.join(',')}::${escapeMessage(visibleLines(message).join('\n'))}`
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
