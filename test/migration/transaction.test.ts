import { describe, expect, test } from 'vitest'
import { splitScript } from '../../src/migration/statement.ts'
import { classifyTransaction } from '../../src/migration/transaction.ts'

describe('classifyTransaction', () => {
  test.each([
    ['begin; create table a (); commit', 'one'],
    ['start transaction; create table a (); end', 'one'],
    ['set search_path to s; begin; savepoint a; rollback to a; commit; show search_path', 'one'],
    ['create table a ()', 'none'],
    ['create table a (); commit', 'none'],
    ['begin; create table a (); commit; create table b ()', 'several'],
    ['create table a (); begin; create table b (); commit', 'several'],
    ['begin; commit; begin; commit', 'several'],
    ['begin; create table a (); commit and chain; create table b (); commit', 'several'],
    ['begin; create table a ()', 'left open'],
    ['begin; create table a (); rollback and chain', 'left open'],
    ['', 'none'],
  ])('%s is %s', async (script, expected) => {
    expect(classifyTransaction(await splitScript(script))).toBe(expected)
  })
})
