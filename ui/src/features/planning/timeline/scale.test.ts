import type { Task } from '$api'
import { expect, it } from 'vitest'
import { byBegin, dayAt, placeOf, scaleOf, ticksOf, widthOf, xOf } from './scale'

const TODAY = '2026-11-27'
const task = (start: string | null, due: string | null, number = 1) => ({ start, due, number }) as Task

it('reaches over all tasks in whole months, and not over a slip in the year', () => {
  const scale = scaleOf([task('2026-08-15', '2026-08-20')], TODAY, 'month')
  expect(scale.first).toBe('2026-08-01')
  expect(dayAt(scale, widthOf(scale) - 1)).toBe('2027-04-30')
  const wide = scaleOf([task(null, '2062-01-01'), task('1999-01-01', null)], TODAY, 'month')
  expect(wide.first).toBe('2025-11-01')
  expect(dayAt(wide, Infinity)).toBe('2028-11-30')
})

it('knows the place of a day and the day of a place', () => {
  const scale = { first: '2026-11-01', days: 30, px: 10 }
  expect(xOf(scale, '2026-11-04')).toBe(30)
  expect(dayAt(scale, 39)).toBe('2026-11-04')
  expect(dayAt(scale, -50)).toBe('2026-11-01')
  expect(dayAt(scale, 5000)).toBe('2026-11-30')
})

it('puts a bar from the start to the end of the due day, and cuts what goes on', () => {
  const scale = { first: '2026-11-01', days: 30, px: 10 }
  const whole = { cutBefore: false, cutAfter: false }
  expect(placeOf(scale, task('2026-11-02', '2026-11-04'))).toEqual({ x: 10, width: 30, ...whole })
  expect(placeOf(scale, task(null, '2026-11-04'))).toEqual({ x: 30, width: 10, ...whole })
  expect(placeOf(scale, task('2026-11-04', null))).toEqual({ x: 30, width: 10, ...whole })
  expect(placeOf(scale, task('2026-10-20', '2026-12-04'))).toEqual({
    x: 0,
    width: 300,
    cutBefore: true,
    cutAfter: true,
  })
  expect(placeOf(scale, task(null, null))).toBeNull()
  expect(placeOf(scale, task('2026-10-20', '2026-10-31'))).toBeNull()
})

it('draws only the ticks that are seen, weeks as they begin there', () => {
  const scale = scaleOf([], TODAY, 'month')
  const { months, parts } = ticksOf(
    scale,
    'month',
    'en-GB',
    xOf(scale, '2026-11-20'),
    xOf(scale, '2026-12-10'),
  )
  expect(months.map((tick) => tick.day)).toEqual(['2026-11-01', '2026-12-01'])
  expect(parts.map((tick) => tick.day)).toEqual(['2026-11-16', '2026-11-23', '2026-11-30', '2026-12-07'])
  expect(parts.every((tick) => tick.width === 7 * scale.px)).toBe(true)
  expect(
    ticksOf(scale, 'month', 'en-US', xOf(scale, '2026-11-20'), xOf(scale, '2026-11-21')).parts[0]!.day,
  ).toBe('2026-11-15')
  expect(ticksOf(scale, 'quarter', 'en-GB', 0, 1e6).parts).toEqual([])
})

it('has what begins first above, and what has no date below', () => {
  const made = byBegin([
    task(null, null, 1),
    task(null, '2026-11-04', 2),
    task('2026-11-04', '2026-11-09', 3),
    task('2026-11-01', '2026-12-09', 4),
  ])
  expect(made.map((one) => one.number)).toEqual([4, 2, 3, 1])
})
