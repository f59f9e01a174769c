const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const plain = /^[\u0020-\u007e]*$/
/** Emoji, and the blocks of East Asian Width W and F that people write in. */
const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3ffff}]/u

/** How many columns of a terminal a visible text takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length
  return graphemesOf(text).reduce((sum, grapheme) => sum + widthOfGrapheme(grapheme), 0)
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text
}

/** At most `width` columns; what is cut off leaves an ellipsis. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  const graphemes = graphemesOf(text)
  return `${graphemes.slice(0, fitting(graphemes, width - 1)).join('')}…`
}

/** Lines of at most `width` columns, broken at spaces where there are any. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let rest = graphemesOf(text)
  for (;;) {
    const fits = fitting(rest, width)
    if (fits >= rest.length) return [...lines, rest.join('')]
    const indent = rest.findIndex((grapheme) => grapheme !== ' ')
    const space = rest.lastIndexOf(' ', fits)
    const atSpace = space > indent
    lines.push(rest.slice(0, atSpace ? space : Math.max(fits, 1)).join(''))
    rest = rest.slice(atSpace ? space + 1 : Math.max(fits, 1))
  }
}

function graphemesOf(text: string): string[] {
  return plain.test(text)
    ? Array.from(text)
    : Array.from(segmenter.segment(text), ({ segment }) => segment)
}

function widthOfGrapheme(grapheme: string): number {
  return wide.test(grapheme) ? 2 : 1
}

function fitting(graphemes: readonly string[], width: number): number {
  let used = 0
  for (const [index, grapheme] of graphemes.entries()) {
    used += widthOfGrapheme(grapheme)
    if (used > width) return index
  }
  return graphemes.length
}
