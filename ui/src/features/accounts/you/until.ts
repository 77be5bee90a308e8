/** After which time a status is cleared by itself. */
export type ClearAfter = 'never' | 'half' | 'hour' | 'today' | 'week' | 'chosen'

const MINUTE_MS = 60_000
const MONDAY = 1

/** Midnight at the end of the day that is so many days ahead, by the clock of this device. */
function endOfDay(now: number, days: number): number {
  const day = new Date(now)
  day.setDate(day.getDate() + days + 1)
  return day.setHours(0, 0, 0, 0)
}

/** The moment of a choice; null for a status that stays. */
export function untilOf(after: Exclude<ClearAfter, 'chosen'>, now: number): number | null {
  switch (after) {
    case 'never':
      return null
    case 'half':
      return now + 30 * MINUTE_MS
    case 'hour':
      return now + 60 * MINUTE_MS
    case 'today':
      return endOfDay(now, 0)
    case 'week':
      // Weeks begin with Monday.
      return endOfDay(now, (MONDAY + 6 - new Date(now).getDay()) % 7)
  }
}
