// Days of the calendar, as `2026-11-28`. They are days wherever the reader is, so they never pass through UTC.

const two = (number: number) => String(number).padStart(2, '0')

export const dayOf = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`

export function dateOf(day: string): Date {
  const [year, month, date] = day.split('-').map(Number)
  return new Date(year ?? 1970, (month ?? 1) - 1, date ?? 1)
}

export function addDays(day: string, days: number): string {
  const date = dateOf(day)
  date.setDate(date.getDate() + days)
  return dayOf(date)
}

/** Whole days from one to the other. */
export function daysBetween(from: string, to: string): number {
  return Math.round((dateOf(to).getTime() - dateOf(from).getTime()) / 86_400_000)
}

export type Urgency = 'overdue' | 'today' | 'soon' | 'later'

export function urgency(due: string, today: string): Urgency {
  const days = daysBetween(today, due)
  return days < 0 ? 'overdue' : days === 0 ? 'today' : days === 1 ? 'soon' : 'later'
}
