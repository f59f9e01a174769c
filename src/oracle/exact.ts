import { Decimal } from 'decimal.js'

/**
 * Decimals that never lose a digit in `plus`, `minus` and `times`: a jsonb number has at most 16 383 decimals, a scored
 * one 309 digits before them, and nothing here multiplies more than two of them. Rounds half away from zero, as
 * Postgres's `round(numeric, integer)`; prints in plain notation.
 */
export const Exact: typeof Decimal = Decimal.clone({
  defaults: true,
  precision: 100_000,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -9e15,
  toExpPos: 9e15,
})
export type Exact = Decimal

/** `value.times(value)`: decimal.js multiplies digit by digit, which takes a tenth of a second for 16 000 of them. */
export function square(value: Exact): Exact {
  const digits = BigInt(value.toFixed().replace('.', ''))
  return new Exact(`${digits * digits}e-${2 * value.decimalPlaces()}`)
}

/** Half of an integer, and halves away from zero: the last step of rounding something that was doubled and truncated. */
function halve(doubled: Exact, sign: number): Exact {
  return doubled.plus(sign).divToInt(2)
}

/**
 * `numerator ÷ denominator` rounded once, half away from zero, to `decimals` places, as plain text without trailing
 * zeros. `denominator` is positive. The quotient itself is never formed: 2/3 has no exact decimal.
 */
export function roundQuotient(
  numerator: Decimal.Value,
  denominator: Decimal.Value,
  decimals: number,
): string {
  const unit = new Exact(10).pow(decimals)
  const exact = new Exact(numerator)
  const doubled = exact.times(unit).times(2).divToInt(denominator)
  return halve(doubled, exact.isNegative() ? -1 : 1)
    .div(unit)
    .toString()
}

/** The square root of `numerator ÷ denominator`, both exact and not negative, rounded as `roundQuotient` does. */
export function roundRoot(
  numerator: Decimal.Value,
  denominator: Decimal.Value,
  decimals: number,
): string {
  const unit = new Exact(10).pow(decimals)
  const scaled = new Exact(numerator).times(unit.times(2).pow(2)).divToInt(denominator)
  // At the precision of `Exact` a root would be worked out to 100 000 digits; only its integer part counts.
  const Root = Exact.clone({ precision: scaled.precision(true), rounding: Exact.ROUND_DOWN })
  const doubled = Root.sqrt(scaled).floor()
  return halve(new Exact(doubled), 1).div(unit).toString()
}
