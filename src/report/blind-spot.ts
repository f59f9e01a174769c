import type { BlindSpot, VerifyDocument } from '../check/document.ts'

/** What blind spots are filed under. */
export const blindSpotsTitle = 'Not looked at'

/** Those of several documents, each once. */
export function mergeBlindSpots(documents: readonly VerifyDocument[]): readonly BlindSpot[] {
  const all = documents.flatMap(({ blindSpots }) => blindSpots)
  return [...new Map(all.map((spot) => [`${spot.what}\n${spot.reason}`, spot])).values()]
}
