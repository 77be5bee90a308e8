// Rules by which tasks come again: in words, and as what a form shows. The rule itself is the text of RFC 5545 that the
// server keeps; its days are the server's to say.

import { m } from '$paraglide/messages.js'
import { formatList } from '$shared'
import { dateOf } from './days'

const CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export const WEEK = [0, 1, 2, 3, 4, 5, 6] as const

export type Unit = 'day' | 'week' | 'month' | 'year'
const UNITS: Record<string, Unit> = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' }

/** What a form shows of a rule. */
export interface Repeat {
  every: number
  unit: Unit
  /** Of a week, 0 for Monday; in order. */
  weekdays: number[]
  /** Of a month: a day of it, its last day, or the n-th of a weekday. */
  on: 'day' | 'last' | 'weekday'
  monthDay: number
  /** 1 to 5, or -1 for the last. */
  nth: number
  weekday: number
  ends: 'never' | 'on' | 'after'
  until: string
  times: number
}

/** 0 for Monday. */
export const weekdayOf = (day: string): number => (dateOf(day).getDay() + 6) % 7

const parts = (rule: string): Record<string, string> =>
  Object.fromEntries(rule.split(';').map((part) => part.split('=', 2) as [string, string]))

function weekdaysIn(text: string | undefined): { nth: number; weekday: number }[] {
  return (text ?? '').split(',').flatMap((one) => {
    const weekday = CODES.indexOf(one.slice(-2) as (typeof CODES)[number])
    return weekday < 0 ? [] : [{ nth: Number(one.slice(0, -2)) || 0, weekday }]
  })
}

/** A form for a rule, or for none yet; `due` is the day that comes again. */
export function repeatOf(rule: string | undefined, due: string): Repeat {
  const { FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT, UNTIL } = parts(rule ?? 'FREQ=WEEKLY')
  const named = weekdaysIn(BYDAY)
  const monthDay = Number(BYMONTHDAY?.split(',')[0] ?? dateOf(due).getDate())
  const first = named.find((one) => one.nth !== 0)
  return {
    every: Number(INTERVAL ?? 1),
    unit: UNITS[FREQ ?? ''] ?? 'week',
    weekdays: first || named.length === 0 ? [weekdayOf(due)] : named.map((one) => one.weekday),
    on: first ? 'weekday' : monthDay === -1 ? 'last' : 'day',
    monthDay: monthDay === -1 ? dateOf(due).getDate() : monthDay,
    nth: first?.nth ?? Math.min(Math.ceil(dateOf(due).getDate() / 7), 4),
    weekday: first?.weekday ?? weekdayOf(due),
    ends: UNTIL ? 'on' : COUNT ? 'after' : 'never',
    until: UNTIL ? `${UNTIL.slice(0, 4)}-${UNTIL.slice(4, 6)}-${UNTIL.slice(6, 8)}` : due,
    times: Number(COUNT ?? 5),
  }
}

/** The rule that a form says. */
export function ruleOf(repeat: Repeat): string {
  const { every, unit, weekdays, on, monthDay, nth, weekday, ends, until, times } = repeat
  const words = [`FREQ=${Object.entries(UNITS).find(([, known]) => known === unit)![0]}`]
  if (every > 1) words.push(`INTERVAL=${every}`)
  if (unit === 'week') words.push(`BYDAY=${weekdays.map((day) => CODES[day]).join(',')}`)
  if (unit === 'month') {
    if (on === 'weekday') words.push(`BYDAY=${nth}${CODES[weekday]}`)
    else words.push(`BYMONTHDAY=${on === 'last' ? -1 : monthDay}`)
  }
  if (ends === 'after') words.push(`COUNT=${times}`)
  if (ends === 'on') words.push(`UNTIL=${until.replaceAll('-', '')}`)
  return words.join(';')
}

const names = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' })
/** 2024-01-01 was a Monday. */
export const weekdayName = (weekday: number): string => names.format(Date.UTC(2024, 0, 1 + weekday))
const shortNames = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' })
export const weekdayShort = (weekday: number): string => shortNames.format(Date.UTC(2024, 0, 1 + weekday))

export const nthName = (nth: number): string =>
  ({
    1: m.plan_nth_first(),
    2: m.plan_nth_second(),
    3: m.plan_nth_third(),
    4: m.plan_nth_fourth(),
    5: m.plan_nth_fifth(),
    [-1]: m.plan_nth_last(),
  })[nth] ?? String(nth)

function often(count: number, unit: Unit): string {
  switch (unit) {
    case 'day':
      return m.plan_every_day({ count })
    case 'week':
      return m.plan_every_week({ count })
    case 'month':
      return m.plan_every_month({ count })
    case 'year':
      return m.plan_every_year({ count })
  }
}

/** The rule in words: `every 2 weeks on Monday`. */
export function recurrenceText(rule: string, dateText: (day: string) => string): string {
  const { FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT, UNTIL } = parts(rule)
  const unit = UNITS[FREQ ?? ''] ?? 'day'
  const every = Number(INTERVAL ?? 1)
  const named = weekdaysIn(BYDAY)
  const days = [
    ...named.map(({ nth, weekday }) =>
      nth === 0 ? weekdayName(weekday) : m.plan_on_nth({ nth: nthName(nth), weekday: weekdayName(weekday) }),
    ),
    ...(BYMONTHDAY?.split(',') ?? []).map((day) =>
      day === '-1' ? m.plan_on_last_day() : m.plan_on_day({ day }),
    ),
  ]
  const working = unit === 'week' && every === 1 && BYDAY === 'MO,TU,WE,TH,FR'
  const words = working
    ? m.plan_every_weekday()
    : days.length > 0
      ? m.plan_every_on({ often: often(every, unit), days: formatList(days) })
      : often(every, unit)
  if (UNTIL) {
    const day = `${UNTIL.slice(0, 4)}-${UNTIL.slice(4, 6)}-${UNTIL.slice(6, 8)}`
    return m.plan_until({ words, day: dateText(day) })
  }
  return COUNT ? m.plan_times({ words, count: Number(COUNT) }) : words
}
