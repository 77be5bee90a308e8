import { expect, it } from 'vitest'
import { centred, fit } from './crop'

const photo = { width: 4000, height: 3000 }

it('begins with the largest square in the middle', () => {
  expect(centred(photo)).toEqual({ x: 2000, y: 1500, edge: 3000 })
})

it('never leaves the picture', () => {
  expect(fit({ x: 0, y: 9000, edge: 3000 }, photo)).toEqual({ x: 1500, y: 1500, edge: 3000 })
  expect(fit({ x: 3990, y: 10, edge: 1000 }, photo)).toEqual({ x: 3500, y: 500, edge: 1000 })
})

it('keeps the zoom between one and four times', () => {
  expect(fit({ x: 2000, y: 1500, edge: 90_000 }, photo).edge).toBe(3000)
  expect(fit({ x: 2000, y: 1500, edge: 1 }, photo).edge).toBe(750)
})
