/** A minute of the day as the clock shows it: `03:30` for 210. */
export const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** The minute of the day that a field for times holds; nothing for an empty one. */
export function minuteOf(text: string): number | undefined {
  const [, hours, minutes] = /^(\d{2}):(\d{2})/.exec(text) ?? []
  if (hours === undefined || minutes === undefined) return undefined
  const minute = Number(hours) * 60 + Number(minutes)
  return Number(hours) < 24 && Number(minutes) < 60 ? minute : undefined
}

/** A minute of the day as the person writes times. */
export const timeOf = (minute: number): string =>
  new Intl.DateTimeFormat(undefined, { timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(minute * 60_000),
  )

/** A whole number in bounds; nothing for anything else. */
export function wholeOf(text: string, from: number, to: number): number | undefined {
  const number = /^\s*\d{1,4}\s*$/.test(text) ? Number(text) : NaN
  return number >= from && number <= to ? number : undefined
}
