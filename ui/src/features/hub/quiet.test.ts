import { expect, it } from 'vitest'
import { preferences } from './core/fixtures'
import { isQuiet } from './quiet'

const nights = (fields: Parameters<typeof preferences>[0] = {}) =>
  preferences({ quiet: true, timeZone: 'Europe/Vienna', ...fields })
const at = (moment: string) => Date.parse(moment)

it('lets quiet hours over midnight belong to the day on which they begin', () => {
  // 2026-11-27 is a Friday; Vienna is an hour ahead then.
  const friday = nights({ quietDays: ['friday'] })
  for (const [moment, quiet] of [
    ['2026-11-27T20:59:59Z', false],
    ['2026-11-27T21:00:00Z', true],
    ['2026-11-27T23:30:00Z', true],
    ['2026-11-28T05:59:59Z', true],
    ['2026-11-28T06:00:00Z', false],
    ['2026-11-28T22:00:00Z', false],
    ['2026-11-27T03:00:00Z', false],
  ] as const) {
    expect(isQuiet(friday, at(moment)), moment).toBe(quiet)
  }
  const sunday = nights({ quietDays: ['sunday'] })
  expect(isQuiet(sunday, at('2026-11-30T03:00:00Z'))).toBe(true)
  expect(isQuiet(sunday, at('2026-11-29T03:00:00Z'))).toBe(false)
})

it('follows the clocks of the zone', () => {
  expect(isQuiet(nights(), at('2026-07-01T20:00:00Z'))).toBe(true)
  expect(isQuiet(nights(), at('2026-12-01T20:00:00Z'))).toBe(false)
  const lunch = nights({ quietFrom: 12 * 60, quietTo: 13 * 60 })
  expect(isQuiet(lunch, at('2026-12-01T11:30:00Z'))).toBe(true)
  expect(isQuiet(lunch, at('2026-12-01T12:00:00Z'))).toBe(false)
  const allSunday = nights({ quietDays: ['sunday'], quietFrom: 0, quietTo: 0 })
  expect(isQuiet(allSunday, at('2026-11-29T12:00:00Z'))).toBe(true)
  expect(isQuiet(allSunday, at('2026-11-30T12:00:00Z'))).toBe(false)
  const round = nights({ quietDays: ['sunday'], quietTo: 22 * 60 })
  expect(isQuiet(round, at('2026-11-29T20:59:00Z'))).toBe(false)
  expect(isQuiet(round, at('2026-11-30T20:59:00Z'))).toBe(true)
  const nowhere = nights({ timeZone: 'Nowhere/At_All' })
  expect(isQuiet(nowhere, at('2026-12-01T22:00:00Z'))).toBe(true)
})

it('ends a snooze by itself', () => {
  const snoozed = preferences({ snoozedUntil: '2026-11-27T12:00:00.000Z' })
  expect(isQuiet(snoozed, at('2026-11-27T11:59:59Z'))).toBe(true)
  expect(isQuiet(snoozed, at('2026-11-27T12:00:00Z'))).toBe(false)
  expect(isQuiet(preferences(), at('2026-11-27T23:00:00Z'))).toBe(false)
})
