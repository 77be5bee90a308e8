import { expect, it } from 'vitest'
import { numberOf, rowOf, spanAround } from './span'

it('counts everything in a conversation of ordinary length', () => {
  const span = spanAround(500, 100_000)
  expect(span.from).toBe(1)
  expect(span.to).toBeGreaterThan(100_000)
})

it('counts what is around the place in an enormous one', () => {
  const middle = spanAround(500_000, 1_000_000)
  expect(middle).toEqual({ from: 375_000, to: 624_999 })
  const end = spanAround(1_000_000, 1_000_000)
  expect(end.from).toBe(750_001)
  expect(end.to).toBeGreaterThan(1_000_000)
  expect(spanAround(3, 1_000_000).from).toBe(1)
})

it('gives every number a row and back', () => {
  const span = spanAround(500_000, 1_000_000)
  expect(numberOf(span, rowOf(span, 400_000))).toBe(400_000)
  expect(rowOf(span, span.from)).toBe(1)
})
