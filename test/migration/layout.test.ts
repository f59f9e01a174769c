import { describe, expect, test } from 'vitest'
import {
  findMissing,
  findStray,
  layOutByContract,
  layOutByName,
} from '../../src/migration/layout.ts'
import { sampleContract } from './sample.ts'

describe('layOutByName', () => {
  test('finds the four roles, in order, and lists what it leaves', () => {
    expect(
      layOutByName('m', [
        'README.md',
        'contract.json',
        'notes.txt',
        '010_last.sql',
        '010_last.down.sql',
        '004_add_things.sql',
        '004c_again.sql',
        '004b_fix.sql',
        '004b_rollback_fix.sql',
        '004_rollback_things.sql',
        '000_base.sql',
        '00_older.sql',
        '000_rollback_base.sql',
        'helper.sql',
      ]),
    ).toEqual({
      base: ['000_base.sql', '00_older.sql'],
      migrations: [
        {
          version: 4,
          up: '004_add_things.sql',
          patches: ['004b_fix.sql', '004c_again.sql'],
          rollback: '004_rollback_things.sql',
        },
        { version: 10, up: '010_last.sql', patches: [], rollback: '010_last.down.sql' },
      ],
      ignored: ['000_rollback_base.sql', '004b_rollback_fix.sql', 'helper.sql', 'notes.txt'],
    })
  })

  test('takes numbers without zeros and time stamps, and a rollback without a name', () => {
    const names = ['20260131120000_b.sql', '20260131120000_rollback.sql', '9_a.sql', '9_a.down.sql']
    expect(layOutByName('m', names).migrations.map(({ version }) => version)).toEqual([
      9, 20260131120000,
    ])
  })

  test('takes V and U for up and down', () => {
    expect(layOutByName('m', ['V2__b.sql', 'U2__b.sql', 'V1__a.sql', 'U1__a.sql'])).toEqual({
      base: [],
      migrations: [
        { version: 1, up: 'V1__a.sql', patches: [], rollback: 'U1__a.sql' },
        { version: 2, up: 'V2__b.sql', patches: [], rollback: 'U2__b.sql' },
      ],
      ignored: [],
    })
  })

  test('takes what comes before a version for the base schema, with or without a way back', () => {
    const names = [
      '000_a.sql',
      '1_b.sql',
      '1b_c.sql',
      '2_d.sql',
      '2_d.down.sql',
      '3_e.sql',
      '3_e.down.sql',
    ]
    expect(layOutByName('m', names, 3)).toEqual({
      base: ['000_a.sql', '1_b.sql', '1b_c.sql', '2_d.sql'],
      migrations: [{ version: 3, up: '3_e.sql', patches: [], rollback: '3_e.down.sql' }],
      ignored: ['2_d.down.sql'],
    })
    expect(() => layOutByName('m', names, 4)).toThrow(/expected an up file of version 4 or later/)
  })

  test('does not take a column named rollback for a rollback', () => {
    const names = ['1_add_rollback_column.sql', '1_rollback_it.sql']
    expect(layOutByName('m', names).migrations).toEqual([
      { version: 1, up: '1_add_rollback_column.sql', patches: [], rollback: '1_rollback_it.sql' },
    ])
  })

  test.each([
    ['no file', [], /folder 'm': found no file, expected an up file/],
    ['only a base schema', ['000_a.sql'], /found 000_a.sql, expected an up file/],
    [
      'no rollback',
      ['004_a.sql', '004b_b.sql'],
      /found 004_a.sql, 004b_b.sql, expected exactly one rollback file of migration 4/,
    ],
    [
      'no up',
      ['004_rollback_a.sql'],
      /found 004_rollback_a.sql, expected exactly one up file of migration 4/,
    ],
    [
      'two ups of one number',
      ['4_b.sql', '004_a.sql', '004_rollback_a.sql', 'z.sql'],
      /found 004_a.sql, 4_b.sql, expected exactly one up file of migration 4/,
    ],
  ])('refuses %s', (_, names, message) => {
    expect(() => layOutByName('m', names)).toThrow(
      expect.objectContaining({
        code: 'E_MIGRATION_ROLE',
        fault: 'usage',
        message: expect.stringMatching(message),
      }),
    )
  })

  test('says what to do with a migration that has no way back', () => {
    expect(() => layOutByName('m', ['1_a.sql', '2_b.sql', '2_b.down.sql'])).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--from 2') }),
    )
  })
})

describe('layOutByContract', () => {
  const { files } = sampleContract

  test('carries a missing patch, and lists files that the contract does not name', () => {
    const names = [
      'contract.json',
      '000_orders.sql',
      '001_totals.sql',
      '001_rollback.sql',
      '002.sql',
    ]
    expect(layOutByContract('m', names, files)).toEqual({
      base: ['000_orders.sql'],
      migrations: [{ version: 1, up: '001_totals.sql', patches: [], rollback: '001_rollback.sql' }],
      missing: [{ role: 'patch', version: 1, file: '001b_fix.sql' }],
      ignored: ['002.sql'],
    })
  })

  test.each(['001_totals.sql', '001_rollback.sql'])('refuses a folder without %s', (absent) => {
    const names = ['001_totals.sql', '001b_fix.sql', '001_rollback.sql'].filter((n) => n !== absent)
    expect(() => layOutByContract('m', names, files)).toThrow(`expected '${absent}'`)
  })
})

test('findStray names SQL that nobody has said plays no part', () => {
  const ignored = [{ file: 'seed.sql', reason: 'For developers.' }]
  const names = ['005.SQL', 'notes.txt', 'seed.sql']
  expect(findStray(names, { ignored })).toEqual(['005.SQL'])
  expect(findStray(names, {})).toEqual(['005.SQL', 'seed.sql'])
})

describe('findMissing', () => {
  const { files } = sampleContract

  test('is content with another name of the same number and letter', () => {
    const layout = layOutByName('m', ['1_x.sql', '1b_y.sql', '1_x.down.sql'])
    expect(findMissing(layout, files)).toEqual([])
  })

  test('names the patch', () => {
    const layout = layOutByName('m', ['1_x.sql', '1c_y.sql', '1_x.down.sql'])
    expect(findMissing(layout, files).map(({ file }) => file)).toEqual(['001b_fix.sql'])
  })

  test('names a whole migration', () => {
    const layout = layOutByName('m', ['2_x.sql', '2_x.down.sql'])
    expect(findMissing(layout, files).map(({ role }) => role)).toEqual(['up', 'rollback', 'patch'])
  })
})
