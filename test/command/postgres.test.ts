import { expect, test } from 'vitest'
import { readPostgres } from '../../src/command/option.ts'

test('--pg reads versions in the order they are named, each known and once', () => {
  expect(readPostgres('18')).toEqual(['18'])
  expect(readPostgres('17, 16,18')).toEqual(['17', '16', '18'])
  for (const wrong of ['', '15', '18.6', '16;17', '16,,17']) {
    expect(() => readPostgres(wrong)).toThrow('Expected some of 16,17,18.')
  }
  expect(() => readPostgres('17,17')).toThrow('Expected each version once.')
})
