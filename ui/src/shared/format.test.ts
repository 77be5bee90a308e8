import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  calendarDays,
  formatBytes,
  formatDate,
  formatDay,
  formatRelative,
  formatShort,
  formatTime,
  formatWait,
  localeFor,
} from './format'

// Local times, so that the tests hold in every time zone.
const now = new Date(2026, 10, 22, 16, 42, 30)
const at = (...parts: [number, number, number, number?, number?, number?]) => new Date(...parts)
const ago = (ms: number) => new Date(now.getTime() - ms)

beforeEach(() => {
  document.documentElement.lang = 'en'
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['de-DE', 'en-GB'])
})

describe('localeFor', () => {
  it("takes the reader's own region of the language of the page", () => {
    expect(localeFor('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB')
    expect(localeFor('fr', ['de-DE', 'en-GB'])).toBe('fr')
  })
})

describe('calendarDays', () => {
  it('counts midnights, not hours', () => {
    expect(calendarDays(at(2026, 10, 21, 23, 59), at(2026, 10, 22, 0, 1))).toBe(1)
    expect(calendarDays(at(2026, 10, 22, 0, 1), at(2026, 10, 22, 23, 59))).toBe(0)
    expect(calendarDays(at(2026, 9, 24), at(2026, 9, 26))).toBe(2)
  })
})

describe('formatTime', () => {
  it('follows the habit of the region', () => {
    expect(formatTime(at(2026, 10, 22, 9, 5))).toBe('09:05')
  })
})

describe('formatDay', () => {
  it.each([
    [at(2026, 10, 22, 0, 1), 'Today'],
    [at(2026, 10, 21, 23, 59), 'Yesterday'],
    [at(2026, 10, 19), 'Thursday'],
    [at(2026, 10, 5), 'Thursday 5 November'],
    [at(2025, 10, 5), '5 November 2025'],
  ])('%s is %s', (date, text) => {
    expect(formatDay(date, now)).toBe(text)
  })
})

describe('formatShort', () => {
  it.each([
    [at(2026, 10, 22, 9, 5), '09:05'],
    [at(2026, 10, 19), 'Thu'],
    [at(2026, 10, 5), '5 Nov'],
    [at(2025, 10, 5), '5 Nov 2025'],
    [at(2026, 10, 23, 1), '23 Nov'],
  ])('%s is %s', (date, text) => {
    expect(formatShort(date, now)).toBe(text)
  })
})

describe('formatRelative', () => {
  it.each([
    [0, 'now'],
    [59_000, 'now'],
    [60_000, '1 minute ago'],
    [59 * 60_000, '59 minutes ago'],
    [60 * 60_000, '1 hour ago'],
    [-3 * 3_600_000, 'in 3 hours'],
    [24 * 3_600_000, 'yesterday'],
    [3 * 86_400_000, '3 days ago'],
    [40 * 86_400_000, '13 Oct'],
  ])('%d ms ago is %s', (gap, text) => {
    expect(formatRelative(ago(gap), now)).toBe(text)
  })
})

describe('formatDate', () => {
  it('names the year only when it is another', () => {
    expect(formatDate(at(2026, 0, 2), now)).toBe('2 Jan')
    expect(formatDate(at(2027, 0, 2), now)).toBe('2 Jan 2027')
  })
})

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [1_449_000, '1.4 MB'],
    [9_960_000, '10 MB'],
    [999_600, '1 MB'],
    [38_200_000_000, '38 GB'],
    [7e15, '7,000 TB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })
})

describe('formatWait', () => {
  it('rounds up', () => {
    expect(formatWait(0.2)).toBe('1 second')
    expect(formatWait(42)).toBe('42 seconds')
    expect(formatWait(121)).toBe('3 minutes')
  })
})
