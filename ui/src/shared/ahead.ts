// How days and moments to come are named; apart from the rest, because few pages name them.

import { calendarDays, formatter, formatTime, relative, type Instant } from './format'

/** When something is to be: `16:42` today, else with the day before it, as a sentence goes on with it. */
export function formatWhen(at: Instant, now: Instant): string {
  const ahead = calendarDays(new Date(now), new Date(at))
  if (ahead === 0) return formatTime(at)
  if (ahead === 1) return `${relative().format(1, 'day')}, ${formatTime(at)}`
  return formatter('when', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: 'numeric',
  }).format(new Date(at))
}

/** `Mon` or `Monday` for 0. */
export function formatWeekday(day: number, length: 'short' | 'long'): string {
  // The first Monday that computers know.
  return formatter(`weekday ${length}`, { weekday: length, timeZone: 'UTC' }).format(
    new Date(Date.UTC(1970, 0, 5 + day)),
  )
}
