import { describe, expect, it } from 'vitest'
import { clockOf, minuteOf, wholeOf } from './minutes'

describe('minutes of the day', () => {
  it('become what a clock shows, and back', () => {
    for (const minute of [0, 210, 719, 1439]) expect(minuteOf(clockOf(minute))).toBe(minute)
    expect(clockOf(210)).toBe('03:30')
    expect(minuteOf('03:30:15')).toBe(210)
  })
  it('are not read out of anything else', () => {
    for (const text of ['', '3:30', '24:00', '12:60', 'noon']) expect(minuteOf(text)).toBeUndefined()
  })
})

describe('whole numbers', () => {
  it('are taken in their bounds only', () => {
    expect(wholeOf('7', 1, 366)).toBe(7)
    expect(wholeOf(' 0 ', 0, 366)).toBe(0)
    for (const text of ['', '0', '367', '1.5', '-1', 'x']) expect(wholeOf(text, 1, 366)).toBeUndefined()
  })
})
