import type { Project, Task } from '$api'
import { expect, it } from 'vitest'
import { fullness, loadOf, slotOf } from './load'

const TODAY = '2026-11-25'
const WEEKS = ['2026-11-23', '2026-11-30']
const project = {
  statuses: [
    { id: 1, name: 'To do', group: 'active' },
    { id: 2, name: 'Done', group: 'done' },
  ],
} as unknown as Project
const task = (due: string | null, assigneeIds: string[], estimate: number | null = null, statusId = 1) =>
  ({ due, assigneeIds, estimate, statusId }) as Task

it('puts a task in the week in which it is due', () => {
  const at = (due: string | null) => slotOf(task(due, []), WEEKS, TODAY)
  expect(at('2026-11-22')).toBe('late')
  // Late, but of this week.
  expect(at('2026-11-23')).toBe(0)
  expect(at('2026-11-29')).toBe(0)
  expect(at('2026-11-30')).toBe(1)
  expect(at('2026-12-06')).toBe(1)
  expect(at('2026-12-07')).toBe('later')
  expect(at(null)).toBe('none')
})

it('counts open tasks and estimates for each, and what is for nobody last', () => {
  const rows = loadOf(
    [
      task('2026-11-25', ['ann', 'bob'], 3),
      task('2026-11-26', ['ann'], 5),
      task('2026-11-26', ['ann'], 8, 2),
      task(null, []),
    ],
    project,
    ['ann', 'bob', 'mia'],
    WEEKS,
    TODAY,
  )
  expect(rows.map((row) => [row.userId, row.total.tasks.length, row.total.estimate])).toEqual([
    ['ann', 2, 8],
    ['bob', 1, 3],
    ['mia', 0, 0],
    [null, 1, 0],
  ])
  expect(rows[0]!.cells['0']!.estimate).toBe(8)
  expect(fullness(rows[0]!.cells['0'], rows)).toBe(1)
  expect(fullness(rows[1]!.cells['0'], rows)).toBe(3 / 8)
  expect(fullness(undefined, rows)).toBe(0)
})

it('measures by count where nothing is estimated', () => {
  const rows = loadOf(
    [task('2026-11-25', ['ann']), task('2026-11-25', ['bob']), task('2026-11-26', ['bob'])],
    project,
    [],
    WEEKS,
    TODAY,
  )
  expect(fullness(rows[0]!.cells['0'], rows)).toBe(0.5)
})
