/*
 * Own code and not a library, after looking: jstat has no types, simple-statistics reads the normal distribution from a
 * table of four digits and has no Student t, and @stdlib's t quantile brings dozens of packages for one number.
 */

/** Rounding in a sum of probabilities: a level this close to the wanted one is the wanted one. */
export const probabilitySlack = 1e-12

/**
 * The smallest k with P(X <= k) >= probability for X ~ Binomial(n, p), 0 < p < 1. Exact up to rounding: the mass function
 * is carried along in logarithms, so nothing underflows on the way.
 */
export function binomialQuantile(probability: number, n: number, p: number): number {
  let logMass = n * Math.log1p(-p)
  let sum = Math.exp(logMass)
  let k = 0
  while (k < n && sum < probability - probabilitySlack) {
    logMass += Math.log(((n - k) * p) / ((k + 1) * (1 - p)))
    k += 1
    sum += Math.exp(logMass)
  }
  return k
}

/**
 * P(Z >= z) of the standard normal distribution, with a small relative error in the far tail, too.
 * Abramowitz & Stegun, Handbook of Mathematical Functions: series 26.2.11 near the middle, continued fraction 26.2.14 outside.
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    let term = z
    let sum = z
    for (let odd = 3; term > 1e-17; odd += 2) {
      term *= (z * z) / odd
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = z
  for (let depth = 100; depth >= 1; depth -= 1) fraction = z + depth / fraction
  return density / fraction
}

/** The z with P(Z <= z) = probability, 0 < probability < 1; good to about 1e-12 between z = -8 and 8. */
export function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability)
  return -bisect(0, 40, (z) => normalTail(z) <= probability)
}

/** Asked again and again for the same few. */
const halfWidths = new Map<string, number>()

/**
 * The t with P(|T| <= t) = confidence for Student's t with a whole number of degrees of freedom: the half-width, in standard
 * errors, of a two-sided interval. Closed form of the distribution: Abramowitz & Stegun 26.7.3 (odd) and 26.7.4 (even).
 */
export function studentHalfWidth(confidence: number, degrees: number): number {
  const key = `${confidence} ${degrees}`
  const known = halfWidths.get(key)
  if (known !== undefined) return known
  const angle = bisect(0, Math.PI / 2, (theta) => studentMiddle(theta, degrees) >= confidence)
  const halfWidth = Math.sqrt(degrees) * Math.tan(angle)
  halfWidths.set(key, halfWidth)
  return halfWidth
}

/** P(|T| <= tan(theta) * sqrt(degrees)). */
function studentMiddle(theta: number, degrees: number): number {
  const odd = degrees % 2 === 1
  const cosine = Math.cos(theta)
  let term = odd ? cosine : 1
  let sum = degrees === 1 ? 0 : term
  for (let power = odd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= (cosine * cosine * (power - 1)) / power
    sum += term
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum
}

/** Where `isAbove`, false at `low` and true at `high`, turns true: to the last bit. */
export function bisect(low: number, high: number, isAbove: (value: number) => boolean): number {
  let [below, above] = [low, high]
  for (;;) {
    const middle = below + (above - below) / 2
    if (middle <= below || middle >= above) return above
    if (isAbove(middle)) above = middle
    else below = middle
  }
}
