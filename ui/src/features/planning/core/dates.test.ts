import type { Task } from '$api'
import { expect, it } from 'vitest'
import { before, changes, dueOn, endOn, shifted } from './dates'

const task = (start: string | null, due: string | null) => ({ start, due }) as Task

it('moves both dates together, so that a task keeps its length', () => {
  expect(shifted(task('2026-11-24', '2026-11-27'), 7)).toEqual({ start: '2026-12-01', due: '2026-12-04' })
  expect(shifted(task(null, '2026-12-31'), 1)).toEqual({ due: '2027-01-01' })
  expect(shifted(task('2026-11-24', null), 7)).toEqual({})
  expect(dueOn(task('2026-11-24', '2026-11-27'), '2026-11-26')).toEqual({
    start: '2026-11-23',
    due: '2026-11-26',
  })
})

it('gives a date to what has none, and takes it away', () => {
  expect(dueOn(task(null, null), '2026-11-26')).toEqual({ due: '2026-11-26' })
  expect(dueOn(task('2026-11-24', null), '2026-11-26')).toEqual({ due: '2026-11-26' })
  expect(dueOn(task('2026-11-28', null), '2026-11-26')).toEqual({ start: '2026-11-26', due: '2026-11-26' })
  expect(dueOn(task(null, '2026-11-26'), null)).toEqual({ due: null })
  expect(dueOn(task('2026-11-24', '2026-11-26'), null)).toEqual({ start: null, due: null })
})

it('moves one end, and never over the other', () => {
  const span = task('2026-11-24', '2026-11-27')
  expect(endOn(span, 'due', '2026-11-29')).toEqual({ due: '2026-11-29' })
  expect(endOn(span, 'due', '2026-11-20')).toEqual({ due: '2026-11-24' })
  expect(endOn(span, 'start', '2026-11-20')).toEqual({ start: '2026-11-20' })
  expect(endOn(span, 'start', '2026-12-20')).toEqual({ start: '2026-11-27' })
  // What was one day becomes several.
  expect(endOn(task(null, '2026-11-27'), 'due', '2026-11-29')).toEqual({
    start: '2026-11-27',
    due: '2026-11-29',
  })
  expect(endOn(task(null, '2026-11-27'), 'start', '2026-11-25')).toEqual({ start: '2026-11-25' })
})

it('knows what was there, and whether anything becomes other', () => {
  const span = task('2026-11-24', '2026-11-27')
  expect(before(span, { due: '2026-11-29' })).toEqual({ due: '2026-11-27' })
  expect(before(span, shifted(span, 1))).toEqual({ start: '2026-11-24', due: '2026-11-27' })
  expect(changes(span, shifted(span, 0))).toBe(false)
  expect(changes(span, { due: null })).toBe(true)
})
