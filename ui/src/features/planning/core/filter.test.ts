import type { Task } from '$api'
import { expect, it } from 'vitest'
import { filterOf, fits, isFiltering, NO_FILTER, withFilter } from './filter'

const task = (more: Partial<Task>): Task =>
  ({
    key: 'OPS-1',
    title: 'Fix the door',
    statusId: 1,
    assigneeIds: [],
    labelIds: [],
    priority: 'none',
    ...more,
  }) as Task
const asks = (query: string, more: Partial<Task>) =>
  fits(task(more), filterOf(new URLSearchParams(query)), 'ann')

it('reads what an address asks for and writes it back', () => {
  const query = new URLSearchParams(
    'month=2026-11&assignee=me,none&status=3&label=2,x&priority=high,soon&q=door',
  )
  const filter = filterOf(query)
  expect(filter).toEqual({ assignee: ['me', 'none'], status: [3], label: [2], priority: ['high'], q: 'door' })
  expect(withFilter(query, NO_FILTER).toString()).toBe('month=2026-11')
  expect(isFiltering(filterOf(withFilter(new URLSearchParams(), filter)))).toBe(true)
  expect(isFiltering(NO_FILTER)).toBe(false)
})

it('asks for one of each list and all of the lists', () => {
  expect(asks('assignee=me', { assigneeIds: ['ann'] })).toBe(true)
  expect(asks('assignee=me', { assigneeIds: ['bob'] })).toBe(false)
  expect(asks('assignee=none,bob', {})).toBe(true)
  expect(asks('status=1,2', { statusId: 2 })).toBe(true)
  expect(asks('status=1,2', { statusId: 3 })).toBe(false)
  expect(asks('label=4&priority=high', { labelIds: [4], priority: 'high' })).toBe(true)
  expect(asks('label=4&priority=high', { labelIds: [4], priority: 'low' })).toBe(false)
  expect(asks('q=DOOR', {})).toBe(true)
  expect(asks('q=ops-1', {})).toBe(true)
  expect(asks('q=ops', {})).toBe(false)
})
