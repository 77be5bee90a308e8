import { describe, expect, it } from 'vitest'
import { deriveUsername, tidyUsername, USERNAME_MAX } from './username'

describe('deriveUsername', () => {
  it.each([
    ['Ann Lee', 'ann.lee'],
    ['Tomás Müller', 'tomas.muller'],
    ['Søren Ångström', 'soren.angstrom'],
    ['Jörg Weiß', 'jorg.weiss'],
    ["Siobhán O'Neill", 'siobhan.oneill'],
    ['  Anne-Marie  du  Pont ', 'anne.marie.du.pont'],
    ['Łukasz', 'lukasz'],
    ['鈴木 ゆき', ''],
    ['X', ''],
    ['...', ''],
  ])('%s gives %s', (name, username) => {
    expect(deriveUsername(name)).toBe(username)
  })

  it('stays within what the server takes', () => {
    const username = deriveUsername('A name that goes on and on and on until it is far too long')
    expect(username.length).toBeLessThanOrEqual(USERNAME_MAX)
    expect(username).toMatch(/^[a-z0-9][a-z0-9._-]*[a-z0-9]$/)
  })
})

describe('tidyUsername', () => {
  it('lets a separator be typed before what follows it', () => {
    expect(tidyUsername('ann.')).toBe('ann.')
    expect(tidyUsername('Ann Lee')).toBe('ann.lee')
  })

  it('drops what a user name cannot have', () => {
    expect(tidyUsername('@änn!')).toBe('nn')
    expect(tidyUsername('..ann--lee')).toBe('ann-lee')
  })
})
