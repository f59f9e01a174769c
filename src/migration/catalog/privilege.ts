/**
 * The SQL of an ACL as text, one grantee a line. An ACL that was written down but says no more than the default
 * (after a GRANT and its REVOKE) reads as null, like one that never was.
 * @param acl column of type `aclitem[]`
 * @param defaultAcl an expression like `acldefault('r', relowner)`
 */
export function privilegeSql(acl: string, defaultAcl: string): string {
  return `case when ${acl} is not null then nullif(${linesSql(acl)}, ${linesSql(defaultAcl)}) end`
}

function linesSql(acl: string): string {
  return `(select coalesce(string_agg(i::text, E'\\n' order by i::text collate "C"), 'nobody') from unnest(${acl}) i)`
}
