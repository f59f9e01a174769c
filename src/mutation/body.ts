import { parseProcedure, parseTree, scanTokens } from '../migration/statement.ts'
import { plantProcedure } from './procedure.ts'
import { type Branch, type Source, childrenOf, nameOf, plant } from './tree.ts'

/** What a statement holds as text that is itself a program: statements of SQL, or one block of PL/pgSQL. */
export async function readBodies(root: Branch, statement: string): Promise<readonly Branch[]> {
  const options = optionsOf(root)
  const body = options.find(({ node }) => node['defname'] === 'as')
  if (body === undefined) return []
  const source = await readSource(body)
  if (source === null) return []
  switch (languageOf(root, options)) {
    case 'sql': {
      const parsed = await parseTree(utf8(source.text))
      return parsed.statements.flatMap(({ node }) => plant(node, 'stmt', null, source) ?? [])
    }
    case 'plpgsql':
      return plantProcedure(await parseProcedure(utf8(statement)), source)
    default:
      return []
  }
}

function optionsOf(root: Branch): readonly Branch[] {
  if (root.kind === 'CreateFunctionStmt') return childrenOf(root, 'options')
  return root.kind === 'DoStmt' ? childrenOf(root, 'args') : []
}

function languageOf(root: Branch, options: readonly Branch[]): string {
  const language = options.find(({ node }) => node['defname'] === 'language')
  if (language === undefined) return root.kind === 'DoStmt' ? 'plpgsql' : ''
  return nameOf(language, 'arg').toLowerCase()
}

/** Only a dollar-quoted body stands in the script as the parser must read it: quotes double inside of quotes. */
async function readSource(body: Branch): Promise<(Source & { readonly text: string }) | null> {
  const { script, tokens: around } = body.source
  // Of a function the place is that of the word AS, of a DO block that of the text.
  const at = around.findIndex(({ start }) => start === body.node['location'])
  const quoted = around.slice(at, at + 2).find(({ text }) => dollarQuote.test(text))
  const mark = dollarQuote.exec(quoted?.text ?? '')?.[0]
  if (at < 0 || quoted === undefined || mark === undefined) return null
  const origin = quoted.start + mark.length
  const text = script.slice(origin, quoted.end - mark.length)
  const tokens = (await scanTokens(utf8(text))).map(({ start, end, text: word }) => ({
    start: start + origin,
    end: end + origin,
    text: word,
  }))
  return { script, origin, tokens, text }
}

const dollarQuote = /^\$[^$]*\$/

/** Places of the parser count bytes: a script is kept one character a byte. */
function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
