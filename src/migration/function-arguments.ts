import type { CatalogObject } from './snapshot.ts'

/** Arguments of a function of a snapshot, as `pg_get_function_identity_arguments` prints them: without defaults. */
export function argumentsOf({ facts }: Pick<CatalogObject, 'facts'>): string {
  const [head = ''] = String(facts['definition']).split('\n', 1)
  const list = head.slice(head.indexOf('(') + 1, head.lastIndexOf(')'))
  return splitList(list)
    .map((argument) => argument.replace(/ DEFAULT .*$/, ''))
    .join(', ')
}

/** Cuts a list at its commas: those in quotes or parentheses belong to an item. */
function splitList(list: string): readonly string[] {
  const items = list.match(/(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|\((?:[^()'"]|'[^']*')*\)|[^,])+/g)
  return (items ?? []).map((item) => item.trim())
}
