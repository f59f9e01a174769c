import { type NamedObject, describeAction } from '../../migration/action.ts'
import type { StatementTree } from '../script-tree.ts'
import type { Branch } from '../tree.ts'
import { type Edit, type Operator, replace, statementExtent } from './operator.ts'

/** Takes a statement away, with its semicolon. */
function removeStatement({ root, start, end }: StatementTree): Edit {
  const { script, tokens } = root.source
  const semicolon = tokens.find((token) => token.start >= end)
  const isEnded = semicolon !== undefined && semicolon.text === ';'
  // The line that it stood on alone goes, too.
  const stop = isEnded ? semicolon.end : end
  return { start, end: script[stop] === '\n' ? stop + 1 : stop, text: '' }
}

function actionOf({ kind, node }: Branch): ReturnType<typeof describeAction> {
  return describeAction({ [kind]: node } as unknown as Parameters<typeof describeAction>[0])
}

function dropping(id: string, description: string, isMeant: (branch: Branch) => boolean): Operator {
  return {
    id,
    description,
    kinds: [],
    changes: (branch, { statement }) => (isMeant(branch) ? [[removeStatement(statement)]] : []),
  }
}

const created: Operator = {
  id: 'create-dropped',
  description: 'a CREATE statement dropped, with the comments on what it creates',
  kinds: [],
  changes: (branch, { statement, statements }) => {
    const { action, objects } = actionOf(branch)
    if (action !== 'create') return []
    const comments = statements.filter(({ root }) => {
      const other = actionOf(root)
      return (
        other.action === 'comment' && other.objects.some((object) => objects.some(isSame(object)))
      )
    })
    return [[statement, ...comments].map(removeStatement)]
  },
}

function isSame(object: NamedObject): (other: NamedObject) => boolean {
  return ({ kind, name, identity }) =>
    object.kind === kind && object.name === name && object.identity === identity
}

const comment: Operator = {
  id: 'comment-changed',
  description: 'a character added to a comment on an object',
  kinds: ['CommentStmt'],
  changes: (branch, surroundings) => {
    const { source } = branch
    const { last } = statementExtent(branch, surroundings)
    const text = source.tokens[last]?.text ?? ''
    // IS NULL takes a comment away.
    if (!text.endsWith("'")) return []
    return [[replace(source, { first: last, last }, `${text.slice(0, -1)}~'`)]]
  },
}

const changing: ReadonlySet<string> = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
])

/** Operators on whole statements. */
export const statementOperators: readonly Operator[] = [
  dropping(
    'comment-dropped',
    'a COMMENT statement dropped',
    (branch) => actionOf(branch).action === 'comment',
  ),
  comment,
  created,
  dropping(
    'drop-dropped',
    'a DROP statement dropped',
    (branch) => actionOf(branch).action === 'drop',
  ),
  dropping('write-dropped', 'an INSERT, UPDATE or DELETE dropped', ({ kind }) =>
    changing.has(kind),
  ),
  dropping(
    'transaction-dropped',
    'BEGIN or COMMIT dropped',
    ({ kind }) => kind === 'TransactionStmt',
  ),
  dropping('guard-dropped', 'a DO block dropped', ({ kind }) => kind === 'DoStmt'),
  dropping('statement-dropped', 'any other statement dropped', (branch) => {
    const isNamed = ['create', 'drop', 'comment', 'transaction'].includes(actionOf(branch).action)
    return !isNamed && !changing.has(branch.kind) && branch.kind !== 'DoStmt'
  }),
]
