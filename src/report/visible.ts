/** Controls, formats (bidirectional marks, joiners), lone surrogates, code points that are no characters, and every space but the plain one. */
const invisible = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Zs}\p{Noncharacter_Code_Point}]/gu

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Text of one line in which everything can be seen: a control character becomes `\n` or `\u001b`, a space at the end `\u0020`. Text that came from
 * data can so neither steer a terminal nor start a line of its own, and two texts that differ look different.
 */
export function makeVisible(text: string): string {
  return text
    .replace(invisible, (character) => named[character] ?? escapeOf(character))
    .replace(/ $/, String.raw`\u0020`)
}

/** The lines of a text, each made visible. */
export function visibleLines(text: string): readonly string[] {
  return text.split('\n').map(makeVisible)
}

function escapeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
}
