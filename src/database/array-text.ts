/**
 * Reads an array as Postgres prints it: `{1,NULL,"a b"}`, nested ones in braces of their own, bounds that do not start at
 * 1 in front. Every element is read by `read`, but for absent ones, which are null.
 */
export function parseArray(
  text: string,
  delimiter: string,
  read: (element: string) => unknown,
): readonly unknown[] {
  let at = text.startsWith('[') ? text.indexOf('=') + 1 : 0

  function readQuoted(): string {
    let value = ''
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] === '\\') at += 1
      value += text[at]
    }
    at += 1
    return value
  }

  function readBare(): string {
    const start = at
    while (text[at] !== delimiter && text[at] !== '}') at += 1
    return text.slice(start, at)
  }

  function readElement(): unknown {
    if (text[at] === '{') return readElements()
    if (text[at] === '"') return read(readQuoted())
    const bare = readBare()
    return bare === 'NULL' ? null : read(bare)
  }

  function readElements(): readonly unknown[] {
    const elements: unknown[] = []
    at += 1
    while (text[at] !== '}') {
      elements.push(readElement())
      if (text[at] === delimiter) at += 1
    }
    at += 1
    return elements
  }

  return readElements()
}
