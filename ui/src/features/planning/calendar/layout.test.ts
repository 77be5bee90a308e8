import type { Task } from '$api'
import { expect, it } from 'vitest'
import { inOrder, layWeek, ofDay } from './layout'

const task = (key: string, start: string | null, due: string | null, more: Partial<Task> = {}): Task =>
  ({ id: key, key, start, due, priority: 'none', closedAt: null, ...more }) as Task

const WEEK = [
  '2026-11-23',
  '2026-11-24',
  '2026-11-25',
  '2026-11-26',
  '2026-11-27',
  '2026-11-28',
  '2026-11-29',
]
const lay = (tasks: Task[], most?: number) => layWeek(inOrder(tasks), WEEK, most)
const shown = (tasks: Task[], most?: number) =>
  lay(tasks, most).bars.map((bar) => `${bar.task.key} day ${bar.column} for ${bar.days} in lane ${bar.lane}`)

it('puts a task on the day that it is due, and one with a start on all its days', () => {
  expect(shown([task('A', null, '2026-11-24'), task('B', '2026-11-25', '2026-11-27')])).toEqual([
    'A day 1 for 1 in lane 0',
    'B day 2 for 3 in lane 0',
  ])
})

it('puts in another lane what would lie over another, the longer one above', () => {
  expect(
    shown([
      task('A', null, '2026-11-24'),
      task('B', '2026-11-24', '2026-11-26'),
      task('C', null, '2026-11-26'),
      task('D', null, '2026-11-27'),
    ]),
  ).toEqual([
    'B day 1 for 3 in lane 0',
    'A day 1 for 1 in lane 1',
    'C day 3 for 1 in lane 1',
    'D day 4 for 1 in lane 0',
  ])
})

it('cuts what goes on before or after the week', () => {
  const { bars } = lay([task('A', '2026-11-01', '2026-12-24'), task('B', '2026-11-28', '2026-11-30')])
  expect(bars.map(({ column, days, begins, ends }) => ({ column, days, begins, ends }))).toEqual([
    { column: 0, days: 7, begins: false, ends: false },
    { column: 5, days: 2, begins: true, ends: false },
  ])
  expect(shown([task('A', '2026-11-01', '2026-11-22'), task('B', null, '2026-11-30')])).toEqual([])
})

it('leaves out what has no date, and takes a start after the due date for none', () => {
  expect(shown([task('A', '2026-11-24', null), task('B', '2026-11-28', '2026-11-24')])).toEqual([
    'B day 1 for 1 in lane 0',
  ])
})

it('counts for each day what has no room', () => {
  const many = Array.from({ length: 5 }, (_, n) => task(`A${n}`, null, '2026-11-24'))
  const { bars, more, lanes } = lay([...many, task('B', '2026-11-24', '2026-11-25')], 3)
  expect(bars.map((bar) => bar.task.key)).toEqual(['B', 'A0', 'A1'])
  expect(more).toEqual([0, 3, 0, 0, 0, 0, 0])
  expect(lanes).toBe(6)
})

it('shows first what is urgent and open', () => {
  expect(
    shown([
      task('A', null, '2026-11-24', { closedAt: '2026-11-20T00:00:00Z', priority: 'urgent' }),
      task('B', null, '2026-11-24', { priority: 'low' }),
      task('C', null, '2026-11-24', { priority: 'high' }),
    ]).map((line) => line[0]),
  ).toEqual(['C', 'B', 'A'])
})

it('knows what passes through a day', () => {
  const ordered = inOrder([task('A', '2026-11-20', '2026-11-30'), task('B', null, '2026-11-24')])
  expect(ofDay(ordered, '2026-11-24').map((one) => one.key)).toEqual(['A', 'B'])
  expect(ofDay(ordered, '2026-11-25').map((one) => one.key)).toEqual(['A'])
})
