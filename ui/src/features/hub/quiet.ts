// Whether I want to be left alone, decided as the server decides it for the desktop app.

import type { Weekday, Preferences } from '$api'

const DAYS: readonly Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
]
const SHORT = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Whether nothing is told at this moment, in milliseconds since 1970. */
export function isQuiet(preferences: Preferences, now: number): boolean {
  const { snoozedUntil, quiet } = preferences
  if (snoozedUntil !== null && now < Date.parse(snoozedUntil)) return true
  return quiet && inQuietHours(preferences, now)
}

function inQuietHours({ quietDays, quietFrom, quietTo, timeZone }: Preferences, now: number): boolean {
  const { day, minute } = wallClock(timeZone, now)
  const begins = (index: number) => quietDays.includes(DAYS[(index + 7) % 7]!)
  if (quietFrom < quietTo) return begins(day) && minute >= quietFrom && minute < quietTo
  return (begins(day) && minute >= quietFrom) || (begins(day - 1) && minute < quietTo)
}

/** The weekday, 0 for Monday, and the minute of the day in a zone; of one that is not known, of UTC. */
function wallClock(timeZone: string, now: number): { day: number; minute: number } {
  const options = { weekday: 'short', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' } as const
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en', { ...options, timeZone })
  } catch {
    format = new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' })
  }
  const parts = format.formatToParts(now)
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
  return { day: SHORT.indexOf(part('weekday')), minute: Number(part('hour')) * 60 + Number(part('minute')) }
}
