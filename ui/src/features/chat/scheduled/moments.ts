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

const two = (number: number) => String(number).padStart(2, '0')

/** What fields for a day and a time hold for this moment. */
export function fieldsOf(at: number): { day: string; time: string } {
  const date = new Date(at)
  return {
    day: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}`,
  }
}

/** The moment that they hold; undefined where they hold none. */
export function momentOf(day: string, time: string): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? []
  const [, hour, minute] = /^(\d{2}):(\d{2})/.exec(time) ?? []
  if (!year || !hour) return undefined
  const at = new Date(Number(year), Number(month) - 1, Number(date), Number(hour), Number(minute)).getTime()
  return Number.isNaN(at) ? undefined : at
}
