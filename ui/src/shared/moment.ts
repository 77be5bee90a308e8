const two = (number: number) => String(number).padStart(2, '0')

/** What fields for a day and a time hold for this moment, by the clock of this device. */
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
