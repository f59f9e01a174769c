import type { ObjectKind } from './kind.ts'
import { accessMethodSql } from './access-method.ts'
import { castSql } from './cast.ts'
import { collationSql } from './collation.ts'
import { columnSql } from './column.ts'
import { constraintSql } from './constraint.ts'
import { conversionSql } from './conversion.ts'
import { databaseSql } from './database.ts'
import { defaultPrivilegesSql } from './default-privileges.ts'
import { eventTriggerSql } from './event-trigger.ts'
import { extensionSql } from './extension.ts'
import { foreignDataWrapperSql } from './foreign-data-wrapper.ts'
import { foreignServerSql } from './foreign-server.ts'
import { functionSql } from './function.ts'
import { indexSql } from './relation-index.ts'
import { languageSql } from './language.ts'
import { membershipSql } from './membership.ts'
import { operatorSql } from './operator.ts'
import { operatorClassSql } from './operator-class.ts'
import { operatorFamilySql } from './operator-family.ts'
import { operatorFamilyMemberSql } from './operator-family-member.ts'
import { parameterSql } from './parameter.ts'
import { policySql } from './policy.ts'
import { publicationSql } from './publication.ts'
import { roleSql } from './role.ts'
import { ruleSql } from './rule.ts'
import { schemaSql } from './schema.ts'
import { sequenceSql } from './sequence.ts'
import { settingSql } from './setting.ts'
import { statisticsSql } from './statistics.ts'
import { subscriptionSql } from './subscription.ts'
import { tableSql } from './table.ts'
import { tablespaceSql } from './tablespace.ts'
import { textSearchConfigurationSql } from './text-search-configuration.ts'
import { textSearchDictionarySql } from './text-search-dictionary.ts'
import { textSearchParserSql } from './text-search-parser.ts'
import { textSearchTemplateSql } from './text-search-template.ts'
import { transformSql } from './transform.ts'
import { triggerSql } from './trigger.ts'
import { typeSql } from './type.ts'
import { userMappingSql } from './user-mapping.ts'
import { viewSql } from './view.ts'

/**
 * How each kind of object is read: a query of `classid, objid, subid, identity, facts` that may read the CTEs
 * `user_schema` and `relation` of the capture. Identity is null where `pg_identify_object` knows it.
 */
export const catalogSql: Readonly<Record<ObjectKind, string>> = {
  database: databaseSql,
  tablespace: tablespaceSql,
  role: roleSql,
  membership: membershipSql,
  setting: settingSql,
  parameter: parameterSql,
  schema: schemaSql,
  'default privileges': defaultPrivilegesSql,
  extension: extensionSql,
  language: languageSql,
  'access method': accessMethodSql,
  'foreign data wrapper': foreignDataWrapperSql,
  'foreign server': foreignServerSql,
  'user mapping': userMappingSql,
  collation: collationSql,
  conversion: conversionSql,
  type: typeSql,
  function: functionSql,
  operator: operatorSql,
  'operator family': operatorFamilySql,
  'operator class': operatorClassSql,
  'operator family member': operatorFamilyMemberSql,
  cast: castSql,
  transform: transformSql,
  'text search parser': textSearchParserSql,
  'text search template': textSearchTemplateSql,
  'text search dictionary': textSearchDictionarySql,
  'text search configuration': textSearchConfigurationSql,
  sequence: sequenceSql,
  table: tableSql,
  view: viewSql,
  column: columnSql,
  constraint: constraintSql,
  index: indexSql,
  statistics: statisticsSql,
  rule: ruleSql,
  trigger: triggerSql,
  policy: policySql,
  'event trigger': eventTriggerSql,
  publication: publicationSql,
  subscription: subscriptionSql,
}
