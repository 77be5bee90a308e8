import { describe, expect, it } from 'vitest'
import { avatarUrl, hueOf, initialOf } from './avatar'

describe('initialOf', () => {
  it.each([
    ['ann', 'A'],
    [' émile', 'É'],
    ['鈴木', '鈴'],
    ['👩‍🚀 Pilot', '👩‍🚀'],
    ['', '?'],
  ])('%s is drawn as %s', (name, initial) => {
    expect(initialOf(name)).toBe(initial)
  })
})

describe('hueOf', () => {
  it('spreads ids that begin alike over all colours', () => {
    const hues = new Set(
      Array.from({ length: 64 }, (_, i) => hueOf(`01934f3a-7c00-7000-8000-0000000000${i}`)),
    )
    expect(hues.size).toBe(8)
  })
})

describe('avatarUrl', () => {
  it('has no address for nobody’s picture', () => {
    expect(avatarUrl('u1', null)).toBeNull()
    expect(avatarUrl('u1', 'abc')).toBe('/api/v1/users/u1/avatar/abc')
  })
})
