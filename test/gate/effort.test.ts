import { describe, expect, test } from 'vitest'
import {
  effortNames,
  gateEfforts,
  measureResolution,
  refuseToothless,
} from '../../src/gate/effort.ts'

describe('a gate that could not fail is refused', () => {
  test.each(effortNames)('but %s can, with 14 queries at five scales', (name) => {
    expect(() => refuseToothless(gateEfforts[name], 70, measureResolution())).not.toThrow()
  })

  test('too few blocks for so many tests, and says how many it takes', () => {
    const effort = { ...gateEfforts.quick, sessions: 2, blocksPerSession: 6 }
    expect(() => refuseToothless(effort, 80, 0)).toThrow(/12 blocks for 80 tests.* 13 blocks/)
    expect(() => refuseToothless({ ...effort, blocksPerSession: 7 }, 80, 0)).not.toThrow()
  })

  test('one session, which shows nothing of how sessions differ', () => {
    const effort = { ...gateEfforts.quick, sessions: 1, blocksPerSession: 40 }
    expect(() => refuseToothless(effort, 14, 0)).toThrow(/one session/)
  })

  test('a clock that is coarser than half of δ', () => {
    expect(() => refuseToothless(gateEfforts.quick, 14, 0.0026)).toThrow(/clock steps by 0.0026 ms/)
    expect(() => refuseToothless(gateEfforts.quick, 14, 0.0025)).not.toThrow()
  })
})
