import { extentOf, textOf, tokenOf } from '../extent.ts'
import { type Branch, childOf, childrenOf, nameOf } from '../tree.ts'
import { type Operator, replace } from './operator.ts'

/** What a constant is there for. */
type Use =
  'bound' | 'number' | 'string' | 'weight' | 'rounding' | 'interval' | 'limit' | 'json key' | 'type'

function useOf(constant: Branch): Use | null {
  const { parent, field, node } = constant
  if (field === 'typmods') return 'type'
  if (field === 'limitCount' || field === 'limitOffset') return 'limit'
  if (parent !== null && isDigits(parent, constant)) return 'rounding'
  if ('sval' in node) return useOfText(constant)
  if (!('ival' in node || 'fval' in node)) return null
  const name = nameOfOperator(parent)
  if (/^(?:[<>]=?|=|<>|!=)$/.test(name)) return 'bound'
  return name === '*' ? 'weight' : 'number'
}

function useOfText({ parent, field }: Branch): Use {
  if (field === 'rexpr' && nameOfOperator(parent).startsWith('->')) return 'json key'
  const type = parent?.kind === 'TypeCast' ? childOf(parent, 'typeName') : undefined
  return type !== undefined && nameOf(type, 'names') === 'interval' ? 'interval' : 'string'
}

function nameOfOperator(parent: Branch | null): string {
  return parent?.kind === 'A_Expr' ? nameOf(parent, 'name') : ''
}

function isDigits(call: Branch, constant: Branch): boolean {
  const isRounding =
    call.kind === 'FuncCall' && ['round', 'trunc'].includes(nameOf(call, 'funcname'))
  return isRounding && childrenOf(call, 'args')[1] === constant
}

/** The two neighbours of a number, in its own notation: its last digit one up, one down. */
function neighbours(text: string): readonly string[] {
  const [, mantissa = '', exponent = ''] = /^(-?\s*[\d.]+)(.*)$/s.exec(text) ?? []
  const [whole = '', fraction = ''] = mantissa.replaceAll(/\s/g, '').split('.')
  if (!/^-?\d*$/.test(whole) || !/^\d*$/.test(fraction) || mantissa === '') return []
  const scaled = BigInt(`${whole}${fraction}`)
  return [scaled + 1n, scaled - 1n].map((next) => `${withPoint(next, fraction.length)}${exponent}`)
}

function oneUp(text: string): readonly string[] {
  return neighbours(text).slice(0, 1)
}

function withPoint(scaled: bigint, digits: number): string {
  if (digits === 0) return String(scaled)
  const sign = scaled < 0n ? '-' : ''
  const text = String(scaled < 0n ? -scaled : scaled).padStart(digits + 1, '0')
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

function withOtherText(text: string): readonly string[] {
  return /^'.*'$/s.test(text) ? [`${text.slice(0, -1)}~'`] : []
}

/** The first number in an interval one up, one down: `169 hours` for `168 hours`. */
function otherIntervals(text: string): readonly string[] {
  const number = /\d+/.exec(text)?.[0]
  return number === undefined ? [] : neighbours(number).map((next) => text.replace(number, next))
}

const hoursOfDay = 24

/** Days for hours, and back: the same wherever no clock is ever put forward or back. */
function otherUnits(text: string): readonly string[] {
  const [, before = '', number = '', unit = '', after = ''] =
    /^('\s*)(\d+)\s*(hour|day)s?(\s*')$/i.exec(text) ?? []
  const count = Number(number)
  if (unit.toLowerCase() === 'day') return [`${before}${count * hoursOfDay} hours${after}`]
  const isWhole = unit !== '' && count % hoursOfDay === 0
  return isWhole ? [`${before}${count / hoursOfDay} days${after}`] : []
}

function constantOperator(
  id: string,
  description: string,
  uses: readonly Use[],
  others: (text: string) => readonly string[],
): Operator {
  return {
    id,
    description,
    kinds: ['A_Const'],
    changes: (branch) => {
      const use = useOf(branch)
      const extent = extentOf(branch)
      if (use === null || extent === null || !uses.includes(use) || tokenOf(branch) === null)
        return []
      const { source } = branch
      return others(textOf(source, extent)).map((other) => [replace(source, extent, other)])
    },
  }
}

export const constantOperators: readonly Operator[] = [
  constantOperator(
    'bound-changed',
    'a number that something is compared with one up or one down in its last digit',
    ['bound'],
    neighbours,
  ),
  constantOperator(
    'number-changed',
    'any other number one up in its last digit',
    ['number'],
    oneUp,
  ),
  constantOperator('string-changed', 'a character added to a string', ['string'], withOtherText),
  constantOperator('weight-changed', 'a factor one up in its last digit', ['weight'], oneUp),
  constantOperator(
    'rounding-changed',
    'a digit more or less kept',
    ['rounding', 'type'],
    neighbours,
  ),
  constantOperator(
    'interval-changed',
    'a unit more or less of an interval',
    ['interval'],
    otherIntervals,
  ),
  constantOperator(
    'unit-changed',
    'days of an interval as hours, whole days of hours as days',
    ['interval'],
    otherUnits,
  ),
  constantOperator('limit-changed', 'a row more or less of LIMIT or OFFSET', ['limit'], neighbours),
  constantOperator(
    'json-key-renamed',
    'another key of a JSON document asked for',
    ['json key'],
    withOtherText,
  ),
]
