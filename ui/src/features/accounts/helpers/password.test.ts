import { describe, expect, it } from 'vitest'
import { judgePassword } from './password'

describe('judgePassword', () => {
  it('counts what is missing by characters as people see them', () => {
    expect(judgePassword('')).toEqual({ level: 'empty', missing: 8 })
    expect(judgePassword('abc')).toEqual({ level: 'short', missing: 5 })
    expect(judgePassword('🦊🦊🦊🦊')).toEqual({ level: 'short', missing: 4 })
  })

  it.each(['password', 'Password1', 'aaaaaaaaaaaa', '12345678', 'abcdefghij', 'qwerty123'])(
    'calls %s weak',
    (bad) => {
      expect(judgePassword(bad).level).toBe('weak')
    },
  )

  it('does not count the names of the person and the team', () => {
    expect(judgePassword('northlight7', ['Ann Lee', 'Northlight Studio']).level).toBe('weak')
    expect(judgePassword('tomasmuller', ['Tomas Muller']).level).toBe('weak')
  })

  it.each(['correct horse battery', 'Mein Fahrrad hat 3 Räder', 'x9#kQ2!vLp0&z'])(
    'calls %s strong',
    (good) => {
      expect(judgePassword(good).level).toBe('strong')
    },
  )

  it('calls something in between fair', () => {
    expect(judgePassword('kitchenrow').level).toBe('fair')
  })
})
