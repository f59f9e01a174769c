/** An element of a document that was read. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

const token =
  /<\?xml [^?]*\?>|<\/([a-z]+)>|<([a-z]+)((?: [a-z]+="[^"<&]*(?:&[^"<&]+)*")*)(\/?)>|([^<]+)/gy
const reference = /&(?:amp|lt|gt|quot|apos|#\d+);/g
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** Reads XML without namespaces, comments and sections. @throws {SyntaxError} at whatever is not well-formed. */
export function readXml(xml: string): Element {
  if (illegal.test(xml)) throw new SyntaxError('a character that XML 1.0 does not know')
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  let end = 0
  for (const match of xml.matchAll(token)) {
    readToken(open, match)
    end = match.index + match[0].length
  }
  const [top] = root.children
  if (end !== xml.length) throw new SyntaxError(`not well-formed: ${xml.slice(end, end + 40)}`)
  if (open.length !== 1 || top === undefined || root.children.length !== 1) {
    throw new SyntaxError('not well-formed: expected one element, closed')
  }
  return top
}

function readToken(open: Element[], match: RegExpExecArray): void {
  const [, closed, opened, attributes = '', slash, text] = match
  const current = open.at(-1)
  if (current === undefined) throw new SyntaxError(`not well-formed: nothing is open`)
  if (text !== undefined) current.text += decode(text)
  if (closed !== undefined) {
    if (current.name !== closed) throw new SyntaxError(`not well-formed: </${closed}>`)
    open.pop()
  }
  if (opened === undefined) return
  const element = { name: opened, attributes: readAttributes(attributes), children: [], text: '' }
  current.children.push(element)
  if (slash === '') open.push(element)
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(text.matchAll(/ ([a-z]+)="([^"]*)"/g), ([, name = '', value = '']) => [
      name,
      // A parser turns white space of an attribute into spaces.
      decode(value.replaceAll(/[\t\n\r]/g, ' ')),
    ]),
  )
}

function decode(text: string): string {
  if (text.replaceAll(reference, '').includes('&'))
    throw new SyntaxError(`not well-formed: a bare & in ${text}`)
  if (text.includes(']]>')) throw new SyntaxError('not well-formed: ]]> in text')
  const names: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
  }
  return text.replaceAll(reference, (found) => {
    const name = found.slice(1, -1)
    return names[name] ?? String.fromCodePoint(Number(name.slice(1)))
  })
}
