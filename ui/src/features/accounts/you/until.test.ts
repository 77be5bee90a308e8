import { expect, it } from 'vitest'
import { fieldsOf } from '$shared'
import { untilOf } from './until'

const at = (text: string) => new Date(text).getTime()
const until = (after: Parameters<typeof untilOf>[0], now: string) => {
  const found = untilOf(after, at(now))
  return found === null ? null : Object.values(fieldsOf(found)).join(' ')
}

it('ends in a while, with the day, with the week, or not', () => {
  // A Wednesday.
  expect(until('never', '2026-11-25T10:20:00')).toBeNull()
  expect(until('half', '2026-11-25T10:20:00')).toBe('2026-11-25 10:50')
  expect(until('hour', '2026-11-25T23:20:00')).toBe('2026-11-26 00:20')
  expect(until('today', '2026-11-25T10:20:00')).toBe('2026-11-26 00:00')
  expect(until('week', '2026-11-25T10:20:00')).toBe('2026-11-30 00:00')
  // A Sunday and a Monday.
  expect(until('week', '2026-11-29T10:20:00')).toBe('2026-11-30 00:00')
  expect(until('week', '2026-11-30T00:00:00')).toBe('2026-12-07 00:00')
})
