import { expect, it } from 'vitest'
import { fitted, ONE as most, reserved } from './size'

it('keeps small pictures as they are and fits large ones', () => {
  expect(fitted(200, 100, most)).toEqual({ width: 200, height: 100 })
  expect(fitted(3600, 1800, most)).toEqual({ width: 360, height: 180 })
  expect(fitted(1000, 2800, most)).toEqual({ width: 100, height: 280 })
})

it('keeps what is thin large enough to be hit', () => {
  expect(fitted(4000, 10, most)).toEqual({ width: 360, height: 48 })
  expect(fitted(1, 1, most)).toEqual({ width: 48, height: 48 })
})

it('keeps room for what is not shown yet', () => {
  const file = { id: 'a', name: 'a', size: 1, type: 'x/y', width: null, height: null, hasThumbnail: false }
  const picture = { ...file, width: 720, height: 360, hasThumbnail: true }
  expect(reserved([])).toBe(0)
  expect(reserved([file])).toBe(64)
  expect(reserved([picture, file])).toBe(180 + 8 + 64)
  expect(reserved([picture, picture, picture, picture, picture])).toBe(2 * 152)
})
