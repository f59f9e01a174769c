/** Microseconds since 1970-01-01T00:00:00Z as `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
export function formatTimestamp(us: number): string {
  const ms = Math.floor(us / 1_000)
  const rest = String(us - ms * 1_000).padStart(3, '0')
  return `${new Date(ms).toISOString().slice(0, -1)}${rest}Z`
}
