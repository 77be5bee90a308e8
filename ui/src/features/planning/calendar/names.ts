// Days and periods in the reader's words.

import { dateOf } from '$features/tasks'
import { formatter } from '$shared'
import type { Period } from './period'

/** `November 2026`, or `23 – 29 Nov 2026`; shorter where there is little room. */
export function periodName({ span, first }: Period, lastDay: string, short = false): string {
  if (short && span === 'month')
    return formatter('planning short month', { month: 'short', year: 'numeric' }).format(dateOf(first))
  if (short)
    return formatter('planning short span', { day: 'numeric', month: 'short' }).formatRange(
      dateOf(first),
      dateOf(lastDay),
    )
  if (span === 'month')
    return formatter('planning month', { month: 'long', year: 'numeric' }).format(dateOf(first))
  return formatter('planning span', { day: 'numeric', month: 'short', year: 'numeric' }).formatRange(
    dateOf(first),
    dateOf(lastDay),
  )
}

/** `Friday, 27 November 2026`. */
export const fullDay = (day: string): string =>
  formatter('planning full day', { dateStyle: 'full' }).format(dateOf(day))

/** `Friday, 27 November`. */
export const longDay = (day: string): string =>
  formatter('planning long day', { weekday: 'long', day: 'numeric', month: 'long' }).format(dateOf(day))

/** `Fri`. */
export const shortWeekday = (day: string): string =>
  formatter('planning short', { weekday: 'short' }).format(dateOf(day))

/** `F`. */
export const narrowWeekday = (day: string): string =>
  formatter('planning narrow', { weekday: 'narrow' }).format(dateOf(day))

/** `27`; the first of a month says which one. */
export const cellDay = (day: string): string =>
  day.endsWith('-01')
    ? formatter('planning date', { day: 'numeric', month: 'short' }).format(dateOf(day))
    : String(Number(day.slice(8)))

/** `24 – 27 Nov`, or the one day. */
export function daysName(from: string, to: string): string {
  const format = formatter('planning date', { day: 'numeric', month: 'short' })
  return from === to ? format.format(dateOf(to)) : format.formatRange(dateOf(from), dateOf(to))
}
