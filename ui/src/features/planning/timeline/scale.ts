// The line of days that bars stand on.

import { endOfMonth, parseDate, startOfMonth, startOfWeek } from '@internationalized/date'
import type { Task } from '$api'
import { daysFrom, plusDays } from '../core/dates'

export const ZOOMS = ['month', 'week', 'quarter'] as const
export type Zoom = (typeof ZOOMS)[number]

/** How wide a day is. */
const DAY_PX: Record<Zoom, number> = { week: 40, month: 17, quarter: 6 }
/** So many days are there before and after what there is. */
const AROUND = 45
/** Nothing further from today is drawn; a task with a slip in the year does not stretch the line for all. */
const MOST_BEFORE = 366
const MOST_AFTER = 731

export interface Scale {
  first: string
  days: number
  px: number
}

export function scaleOf(tasks: readonly Task[], today: string, zoom: Zoom): Scale {
  let first = plusDays(today, -AROUND)
  let last = plusDays(today, AROUND * 3)
  for (const { start, due } of tasks) {
    for (const day of [start, due]) {
      if (day === null) continue
      if (day < first) first = day
      if (day > last) last = day
    }
  }
  const least = plusDays(today, -MOST_BEFORE)
  const most = plusDays(today, MOST_AFTER)
  first = startOfMonth(parseDate(first < least ? least : first)).toString()
  last = endOfMonth(parseDate(last > most ? most : last)).toString()
  return { first, days: daysFrom(first, last) + 1, px: DAY_PX[zoom] }
}

export const widthOf = (scale: Scale): number => scale.days * scale.px
export const xOf = (scale: Scale, day: string): number => daysFrom(scale.first, day) * scale.px
/** The day at a place, kept on the line. */
export const dayAt = (scale: Scale, x: number): string =>
  plusDays(scale.first, Math.min(scale.days - 1, Math.max(0, Math.floor(x / scale.px))))

export interface Tick {
  day: string
  x: number
  width: number
}

export interface Ticks {
  months: Tick[]
  /** Days, weeks or nothing, as there is room for. */
  parts: Tick[]
}

/** What stands over the line between two places. */
export function ticksOf(scale: Scale, zoom: Zoom, locale: string, from: number, to: number): Ticks {
  const ticks: Ticks = { months: [], parts: [] }
  const end = plusDays(scale.first, scale.days)
  const add = (list: Tick[], day: string, next: string) => {
    const begin = day < scale.first ? scale.first : day
    const x = xOf(scale, begin)
    list.push({ day, x, width: xOf(scale, next > end ? end : next) - x })
  }
  const seen = parseDate(dayAt(scale, from))
  for (let month = startOfMonth(seen); ; month = month.add({ months: 1 })) {
    const day = month.toString()
    if (day >= end || xOf(scale, day) > to) break
    add(ticks.months, day, month.add({ months: 1 }).toString())
  }
  if (zoom === 'quarter') return ticks
  const step = zoom === 'week' ? { days: 1 } : { weeks: 1 }
  for (let part = zoom === 'week' ? seen : startOfWeek(seen, locale); ; part = part.add(step)) {
    const day = part.toString()
    if (day >= end || xOf(scale, day) > to) break
    add(ticks.parts, day, part.add(step).toString())
  }
  return ticks
}

export interface Place {
  x: number
  width: number
  /** It goes on beyond the line. */
  cutBefore: boolean
  cutAfter: boolean
}

/** Where a task's bar stands; nothing for one without dates, or off the line. */
export function placeOf(
  scale: Scale,
  { start, due }: { start: string | null; due: string | null },
): Place | null {
  const end = due ?? start
  if (end === null) return null
  const begin = start !== null && start < end ? start : end
  const last = plusDays(scale.first, scale.days - 1)
  if (end < scale.first || begin > last) return null
  const from = begin < scale.first ? scale.first : begin
  const to = end > last ? last : end
  return {
    x: xOf(scale, from),
    width: (daysFrom(from, to) + 1) * scale.px,
    cutBefore: begin < scale.first,
    cutAfter: end > last,
  }
}

/** What begins first stands first; what has no date stands last. */
export function byBegin(tasks: readonly Task[]): Task[] {
  const begin = (task: Task) => task.start ?? task.due ?? '9999'
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return [...tasks].sort(
    (a, b) => compare(begin(a), begin(b)) || compare(a.due ?? '9999', b.due ?? '9999') || a.number - b.number,
  )
}
