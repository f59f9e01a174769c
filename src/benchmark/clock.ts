/**
 * Where the data of every benchmark ends, and where the clocks of its engines start, in microseconds since 1970: the midnight
 * (UTC) at which Monday, 5 January 2026, begins. So "the last 7 days" are full at whatever hour a benchmark runs, hold the
 * same rows every day, and what was built once is found again on any other.
 */
export const benchEndUs: number = Date.UTC(2026, 0, 5) * 1_000
