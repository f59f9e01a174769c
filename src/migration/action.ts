import type {
  FunctionParameter,
  Node,
  ObjectType,
  ObjectWithArgs,
  RangeVar,
  TypeName,
} from 'libpg-query'

/** What a statement does to the catalog. */
export type Action = 'create' | 'drop' | 'comment' | 'alter' | 'transaction' | 'other'

/** An object as a statement names it. */
export interface NamedObject {
  /** Lower case, as SQL says it: `index`, `view`, `function`, `materialized view`, `column`, … */
  readonly kind: string
  readonly name: string
  /** What stands before the name: the schema, or the table of a column, trigger or constraint; null: nothing. */
  readonly qualifier: string | null
  /** Types of the input arguments under Postgres's short names, e.g. `int4, text[]`; null where none were given. */
  readonly identity: string | null
}

interface ActionOfNode {
  readonly action: Action
  readonly objects: readonly NamedObject[]
}

/** Reads from a parse-tree node what the statement does, and to which objects. */
export function describeAction(node: Node): ActionOfNode {
  if ('TransactionStmt' in node) return { action: 'transaction', objects: [] }
  if ('DropStmt' in node) {
    const { objects = [], removeType } = node.DropStmt
    return { action: 'drop', objects: objects.flatMap((object) => nameObject(removeType, object)) }
  }
  if ('CommentStmt' in node) {
    const { object, objtype } = node.CommentStmt
    return { action: 'comment', objects: object === undefined ? [] : nameObject(objtype, object) }
  }
  const created = nameCreated(node)
  if (created !== undefined) return { action: 'create', objects: created }
  return describeAlteration(node)
}

function describeAlteration(node: Node): ActionOfNode {
  if ('AlterTableStmt' in node) {
    const { relation, objtype } = node.AlterTableStmt
    return { action: 'alter', objects: nameRelation(nameKind(objtype), relation) }
  }
  if ('RenameStmt' in node) {
    const { object, relation, renameType, relationType } = node.RenameStmt
    // The renamed column's relation is the object that changes.
    const kind = renameType === 'OBJECT_COLUMN' ? relationType : renameType
    const objects =
      object === undefined ? nameRelation(nameKind(kind), relation) : nameObject(kind, object)
    return { action: 'alter', objects }
  }
  const isAlteration = Object.keys(node).some((tag) => tag.startsWith('Alter'))
  return { action: isAlteration ? 'alter' : 'other', objects: [] }
}

/** `undefined`: the node creates nothing that has a name of its own. */
function nameCreated(node: Node): NamedObject[] | undefined {
  if ('IndexStmt' in node) {
    const { idxname, relation } = node.IndexStmt
    return nameParts('index', relation?.schemaname, idxname)
  }
  if ('ViewStmt' in node) return nameRelation('view', node.ViewStmt.view)
  if ('CreateStmt' in node) return nameRelation('table', node.CreateStmt.relation)
  if ('CreateSeqStmt' in node) return nameRelation('sequence', node.CreateSeqStmt.sequence)
  if ('CreateTableAsStmt' in node) {
    const { into, objtype } = node.CreateTableAsStmt
    return nameRelation(nameKind(objtype), into?.rel)
  }
  if ('CreateFunctionStmt' in node) {
    const { funcname, parameters = [], is_procedure } = node.CreateFunctionStmt
    const [named] = nameList(is_procedure ? 'procedure' : 'function', funcname)
    return named === undefined ? [] : [{ ...named, identity: renderParameters(parameters) }]
  }
  return nameCreatedMember(node)
}

function nameCreatedMember(node: Node): NamedObject[] | undefined {
  if ('CreateTrigStmt' in node) {
    const { relation, trigname } = node.CreateTrigStmt
    return nameParts('trigger', joinRelation(relation), trigname)
  }
  if ('RuleStmt' in node) {
    return nameParts('rule', joinRelation(node.RuleStmt.relation), node.RuleStmt.rulename)
  }
  if ('CreatePolicyStmt' in node) {
    const { table, policy_name } = node.CreatePolicyStmt
    return nameParts('policy', joinRelation(table), policy_name)
  }
  if ('CreateSchemaStmt' in node)
    return nameParts('schema', undefined, node.CreateSchemaStmt.schemaname)
  if ('CreateExtensionStmt' in node) {
    return nameParts('extension', undefined, node.CreateExtensionStmt.extname)
  }
  if ('CompositeTypeStmt' in node) return nameRelation('type', node.CompositeTypeStmt.typevar)
  if ('CreateEnumStmt' in node) return nameList('type', node.CreateEnumStmt.typeName)
  if ('CreateRangeStmt' in node) return nameList('type', node.CreateRangeStmt.typeName)
  if ('CreateDomainStmt' in node) return nameList('domain', node.CreateDomainStmt.domainname)
  if ('CreateStatsStmt' in node) return nameList('statistics', node.CreateStatsStmt.defnames)
  if ('DefineStmt' in node)
    return nameList(nameKind(node.DefineStmt.kind), node.DefineStmt.defnames)
  return undefined
}

const kindNames: Partial<Record<ObjectType, string>> = {
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_DOMCONSTRAINT: 'constraint',
  OBJECT_STATISTIC_EXT: 'statistics',
  OBJECT_FOREIGN_TABLE: 'foreign table',
}

function nameKind(type: ObjectType | undefined): string {
  if (type === undefined) return 'object'
  return kindNames[type] ?? type.slice('OBJECT_'.length).toLowerCase().replaceAll('_', ' ')
}

function nameObject(type: ObjectType | undefined, object: Node): NamedObject[] {
  const kind = nameKind(type)
  if ('ObjectWithArgs' in object) return nameCallable(kind, object.ObjectWithArgs)
  if ('List' in object) return nameList(kind, object.List.items)
  if ('TypeName' in object) return nameList(kind, object.TypeName.names)
  if ('String' in object) return nameParts(kind, undefined, object.String.sval)
  return []
}

function nameCallable(kind: string, callable: ObjectWithArgs): NamedObject[] {
  const [named] = nameList(kind, callable.objname)
  if (named === undefined) return []
  // The parser has sorted the input arguments out of all modes.
  const types = (callable.objargs ?? []).map((type) =>
    'TypeName' in type ? renderType(type.TypeName) : '',
  )
  return [{ ...named, identity: callable.args_unspecified ? null : types.join(', ') }]
}

function nameRelation(kind: string, relation: RangeVar | undefined): NamedObject[] {
  return nameParts(kind, relation?.schemaname, relation?.relname)
}

function nameList(kind: string, names: readonly Node[] | undefined): NamedObject[] {
  const parts = readStrings(names)
  return nameParts(kind, parts.slice(0, -1).join('.'), parts.at(-1))
}

function nameParts(
  kind: string,
  qualifier: string | undefined,
  name: string | undefined,
): NamedObject[] {
  if (name === undefined) return []
  return [{ kind, name, qualifier: qualifier || null, identity: null }]
}

function joinRelation(relation: RangeVar | undefined): string {
  return [relation?.schemaname, relation?.relname].filter((part) => part !== undefined).join('.')
}

function readStrings(nodes: readonly Node[] = []): string[] {
  return nodes.flatMap((node) =>
    'String' in node && node.String.sval !== undefined ? [node.String.sval] : [],
  )
}

function renderParameters(parameters: readonly Node[]): string {
  return parameters
    .flatMap((node) => ('FunctionParameter' in node ? [node.FunctionParameter] : []))
    .filter(isInput)
    .map(({ argType }) => renderType(argType))
    .join(', ')
}

function isInput({ mode }: FunctionParameter): boolean {
  return mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE'
}

function renderType(type: TypeName | undefined): string {
  const names = readStrings(type?.names).filter((name) => name !== 'pg_catalog')
  return names.join('.') + '[]'.repeat(type?.arrayBounds?.length ?? 0)
}
