import { describe, expect, it } from 'vitest'
import { clockOf, minuteOf, oneLine, snoozeEnd, wanted, type Told } from './decide'

const said = (fields: Partial<Told> = {}): Told => ({
  kind: 'channel',
  level: null,
  muted: false,
  speaksToMe: false,
  ...fields,
})

describe('what is worth a notice', () => {
  it('in a channel goes by its own level, or else by the usual one', () => {
    expect(wanted(said(), 'mentions')).toBe(false)
    expect(wanted(said({ speaksToMe: true }), 'mentions')).toBe(true)
    expect(wanted(said(), 'everything')).toBe(true)
    expect(wanted(said({ speaksToMe: true }), 'nothing')).toBe(false)
    expect(wanted(said({ level: 'everything' }), 'nothing')).toBe(true)
    expect(wanted(said({ level: 'nothing', speaksToMe: true }), 'everything')).toBe(false)
  })

  it('of a muted channel is only what speaks to me', () => {
    expect(wanted(said({ muted: true }), 'everything')).toBe(false)
    expect(wanted(said({ muted: true, speaksToMe: true }), 'everything')).toBe(true)
    expect(wanted(said({ muted: true, speaksToMe: true }), 'mentions')).toBe(true)
  })

  it('is everything said to me alone and in threads that I follow', () => {
    for (const kind of ['direct', 'thread'] as const) {
      expect(wanted(said({ kind }), 'nothing')).toBe(true)
      expect(wanted(said({ kind, level: 'nothing' }), 'everything')).toBe(false)
    }
  })
})

it('says things in one line', () => {
  expect(oneLine(' one\n\n  two ')).toBe('one two')
  expect(oneLine('ä '.repeat(400))).toHaveLength(140)
  expect(oneLine('ä '.repeat(400))).toMatch(/ä…$/)
  expect([...oneLine('👍'.repeat(200))]).toHaveLength(141)
})

it('ends a pause when it says', () => {
  const now = new Date(2026, 10, 30, 23, 30).getTime()
  expect(snoozeEnd('half', now) - now).toBe(30 * 60_000)
  expect(snoozeEnd('two', now) - now).toBe(2 * 3_600_000)
  expect(new Date(snoozeEnd('tomorrow', now))).toEqual(new Date(2026, 11, 1, 9, 0))
})

it('reads and writes the clock of a time field', () => {
  for (const minute of [0, 7 * 60, 22 * 60 + 5, 1439]) expect(minuteOf(clockOf(minute))).toBe(minute)
  expect(clockOf(425)).toBe('07:05')
  expect(minuteOf('')).toBeUndefined()
})
