export type Moment = 'hour' | 'today' | 'tomorrow' | 'monday'

const HOUR_MS = 3_600_000
const MORNING = 9
const AFTERNOON = 17
const MONDAY = 1

/** This hour of the day that is so many days ahead, by the clock of this device. */
function hourOf(now: number, days: number, hour: number): number {
  const day = new Date(now)
  day.setDate(day.getDate() + days)
  return day.setHours(hour, 0, 0, 0)
}

/** The moments that are offered, the first first. Those that are the same, or nearly, are offered once. */
export function moments(now: number): { moment: Moment; at: number }[] {
  const minute = Math.ceil((now + HOUR_MS) / 60_000) * 60_000
  const today = hourOf(now, 0, AFTERNOON)
  const toMonday = (MONDAY - new Date(now).getDay() + 7) % 7 || 7
  return [
    { moment: 'hour' as const, at: minute },
    ...(today - now > 2 * HOUR_MS ? [{ moment: 'today' as const, at: today }] : []),
    { moment: 'tomorrow' as const, at: hourOf(now, 1, MORNING) },
    ...(toMonday > 1 ? [{ moment: 'monday' as const, at: hourOf(now, toMonday, MORNING) }] : []),
  ]
}

export type Soon = 'minutes' | 'hour' | 'tomorrow' | 'monday'

/** When somebody may want to be reminded, the first first. */
export function soon(now: number): { moment: Soon; at: number }[] {
  const later = (minutes: number) => Math.ceil(now / 60_000 + minutes) * 60_000
  const usual = moments(now).flatMap(({ moment, at }) =>
    moment === 'tomorrow' || moment === 'monday' ? [{ moment, at }] : [],
  )
  return [{ moment: 'minutes' as const, at: later(20) }, { moment: 'hour' as const, at: later(60) }, ...usual]
}
