// The weeks that a calendar shows. Days are texts such as `2026-11-28` everywhere; only sums are made with dates.

import { endOfMonth, parseDate, startOfMonth, startOfWeek, type CalendarDate } from '@internationalized/date'

export type Span = 'month' | 'week'

export interface Period {
  span: Span
  /** The first day of the month, or of the week where the reader is. */
  first: string
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/
/** What can be turned to: dates of tasks have four digits for the year. */
const FIRST_YEAR = 1900
const LAST_YEAR = 2999

function dateOr(text: string, otherwise: string): CalendarDate {
  try {
    const date = parseDate(text)
    return date.year >= FIRST_YEAR && date.year <= LAST_YEAR ? date : parseDate(otherwise)
  } catch {
    return parseDate(otherwise)
  }
}

/** The period that an address names: `month=2026-11`, or `week=` with any day of it; else this month. */
export function periodOf(query: URLSearchParams, today: string, locale: string): Period {
  const week = query.get('week')
  if (week !== null) return { span: 'week', first: startOfWeek(dateOr(week, today), locale).toString() }
  const month = query.get('month') ?? ''
  const date = MONTH.test(month) ? dateOr(`${month}-01`, today) : parseDate(today)
  return { span: 'month', first: startOfMonth(date).toString() }
}

/** How an address names it. */
export const queryOf = ({ span, first }: Period): Record<string, string | null> =>
  span === 'week' ? { week: first, month: null } : { month: first.slice(0, 7), week: null }

/** The period before or after. */
export function stepped({ span, first }: Period, by: number): Period {
  const date = parseDate(first).add(span === 'week' ? { weeks: by } : { months: by })
  if (date.year < FIRST_YEAR || date.year > LAST_YEAR) return { span, first }
  return { span, first: date.toString() }
}

/** The month or week with a day in it. */
export function around(span: Span, day: string, locale: string): Period {
  const date = parseDate(day)
  return { span, first: (span === 'week' ? startOfWeek(date, locale) : startOfMonth(date)).toString() }
}

/** The days of the period in whole weeks. */
export function weeksOf({ span, first }: Period, locale: string): string[][] {
  const begin = startOfWeek(parseDate(first), locale)
  const end = span === 'week' ? begin : endOfMonth(parseDate(first))
  const weeks: string[][] = []
  for (let week = begin; week.compare(end) <= 0; week = week.add({ weeks: 1 }))
    weeks.push(Array.from({ length: 7 }, (_, day) => week.add({ days: day }).toString()))
  return weeks
}

export const isInPeriod = ({ span, first }: Period, day: string): boolean =>
  span === 'week' || day.slice(0, 7) === first.slice(0, 7)
