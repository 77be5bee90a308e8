import { expect, it } from 'vitest'
import { backoff } from './backoff'

it('doubles from half a second to fifteen, with full jitter', () => {
  const longest = (attempt: number) => backoff(attempt, () => 1)
  expect([0, 1, 2, 3, 4, 5, 6, 60].map(longest)).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000])
  expect(backoff(5, () => 0)).toBe(0)
  expect(backoff(5, () => 0.5)).toBe(7500)
})
