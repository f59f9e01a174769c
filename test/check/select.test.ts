import { expect, test } from 'vitest'
import { allChecks } from '../../src/check/categories.ts'
import { type Choice, selectChecks } from '../../src/check/check.ts'

function idsOf(...only: readonly Choice[]): readonly string[] {
  return selectChecks(allChecks, 'quick', only).map(({ id }) => id)
}

test('a check that is named runs alone, at any effort; a category brings its own', () => {
  expect(idsOf('compatibility/locks')).toEqual(['compatibility/locks'])
  expect(idsOf('integrity/random-hostile-rows')).toEqual(['integrity/random-hostile-rows'])
  expect(idsOf('integrity')).toContain('integrity/rows')
  expect(idsOf('integrity')).not.toContain('integrity/random-hostile-rows')
  expect(idsOf('metadata/record', 'views')).toContain('views/columns')
})

test('no check of that id: the nearest one is named', () => {
  expect(() => idsOf('compatibility/lock')).toThrow(
    expect.objectContaining({
      code: 'E_CHECK_UNKNOWN',
      fault: 'usage',
      hint: expect.stringContaining("'compatibility/locks'"),
    }),
  )
})
