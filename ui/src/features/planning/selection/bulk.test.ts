import { Problem, type Task } from '$api'
import { expect, it, vi } from 'vitest'
import { forEach, needed, reverse } from './bulk'

const task = (id: string, more: Partial<Task> = {}): Task =>
  ({
    id,
    key: id,
    statusId: 1,
    priority: 'none',
    assigneeIds: [],
    labelIds: [],
    start: null,
    due: null,
    ...more,
  }) as Task
const many = Array.from({ length: 20 }, (_, n) => task(`T${n}`))

it('has a few on their way at once, and does all', async () => {
  let running = 0
  let most = 0
  const counts: number[] = []
  const { done, failed } = await forEach(
    many,
    async () => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
    },
    (count) => counts.push(count),
  )
  expect(most).toBeLessThanOrEqual(6)
  expect(done).toHaveLength(20)
  expect(failed).toEqual([])
  expect(counts).toEqual(many.map((_, n) => n + 1))
})

it('tells which failed and why, and goes on with the others', async () => {
  const gone = new Problem({ status: 404, code: 'not_found' })
  const { done, failed } = await forEach(many, (one) =>
    ['T3', 'T7'].includes(one.id) ? Promise.reject(gone) : Promise.resolve(),
  )
  expect(done).toHaveLength(18)
  expect(failed).toEqual([
    { task: many[3], error: gone },
    { task: many[7], error: gone },
  ])
})

it('waits and tries again where the server is busy, as long as it says', async () => {
  const wait = vi.fn(async () => {})
  let calls = 0
  const act = () =>
    ++calls < 3
      ? Promise.reject(new Problem({ status: 429, code: 'rate_limited', retryAfter: 2 }))
      : Promise.resolve()
  expect((await forEach([many[0]!], act, undefined, wait)).failed).toEqual([])
  expect(wait.mock.calls).toEqual([[2000], [2000]])
  calls = -100
  expect((await forEach([many[0]!], act, undefined, wait)).failed).toHaveLength(1)
})

it('asks only for what a task does not have yet', () => {
  const one = task('A', {
    statusId: 2,
    assigneeIds: ['ann'],
    labelIds: [1],
    start: '2026-11-24',
    due: '2026-11-26',
  })
  expect(needed(one, { status: 2 })).toBeNull()
  expect(needed(one, { status: 3 })).toEqual({ status: 3 })
  expect(needed(one, { addAssigneeIds: ['ann', 'bob'] })).toEqual({ addAssigneeIds: ['bob'] })
  expect(needed(one, { removeLabelIds: [2] })).toBeNull()
  expect(needed(one, { due: '2026-11-20' })).toEqual({ due: '2026-11-20', start: '2026-11-20' })
  expect(needed(one, { due: null })).toEqual({ due: null })
})

it('knows what takes it back', () => {
  const one = task('A', { priority: 'low', start: '2026-11-24', due: '2026-11-26' })
  expect(
    reverse(one, { status: 3, priority: 'high', due: null, addLabelIds: [4], removeAssigneeIds: ['bob'] }),
  ).toEqual({
    status: 1,
    priority: 'low',
    due: '2026-11-26',
    removeLabelIds: [4],
    addAssigneeIds: ['bob'],
  })
})
