import { describe, expect, it } from 'vitest'
import { parseMoment, parseReminder } from './when'

// A Thursday morning, by the clock of whoever runs this.
const NOW = new Date(2026, 10, 26, 10, 20, 30).getTime()

/** `2026-11-27 09:00` */
function local(at: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

function read(text: string): [string, string] | string {
  const read = parseReminder(text, NOW)
  return 'problem' in read ? read.problem : [read.what, local(read.at)]
}

describe('a reminder', () => {
  it.each([
    ['call the baker tomorrow 9:00', 'call the baker', '2026-11-27 09:00'],
    ['in 2 hours water the plants', 'water the plants', '2026-11-26 12:21'],
    ['me to call Bob in 20 minutes', 'call Bob', '2026-11-26 10:41'],
    ['me tomorrow to bring the keys', 'bring the keys', '2026-11-27 09:00'],
    ['me in half an hour that the oven is on', 'the oven is on', '2026-11-26 10:51'],
    ['check the kiln in 90m', 'check the kiln', '2026-11-26 11:51'],
    ['check the kiln in 1.5 hours', 'check the kiln', '2026-11-26 11:51'],
    ['in 3 days ask again', 'ask again', '2026-11-29 10:21'],
    ['standup at 14:15', 'standup', '2026-11-26 14:15'],
    ['lunch at noon', 'lunch', '2026-11-26 12:00'],
    ['lock up tonight', 'lock up', '2026-11-26 20:00'],
    ['lock up tonight at 9pm', 'lock up', '2026-11-26 21:00'],
    ['tidy up this afternoon', 'tidy up', '2026-11-26 14:00'],
    ['tea tomorrow afternoon', 'tea', '2026-11-27 14:00'],
    ['tea tomorrow at 3:30 pm', 'tea', '2026-11-27 15:30'],
    ['at 9 tomorrow fetch the van', 'fetch the van', '2026-11-27 09:00'],
    ['tomorrow fetch the van at 7:45', 'fetch the van', '2026-11-27 07:45'],
    ['monday', '', ''],
    ['write the report on friday', 'write the report', '2026-11-27 09:00'],
    ['write the report next monday 8:30', 'write the report', '2026-11-30 08:30'],
    ['Monday report tomorrow 9:00', 'Monday report', '2026-11-27 09:00'],
    ['renew the insurance 15 jan 10:00', 'renew the insurance', '2027-01-15 10:00'],
    ['renew the insurance 2027-02-01', 'renew the insurance', '2027-02-01 09:00'],
    ['in 2 hours check what comes tomorrow', 'check what comes tomorrow', '2026-11-26 12:21'],
  ])('%s', (text, what, at) => {
    expect(read(text)).toEqual(what === '' ? 'what' : [what, at])
  })

  it('takes an hour for the next such hour', () => {
    expect(read('phone home at 5')).toEqual(['phone home', '2026-11-26 17:00'])
    expect(read('phone home at 11')).toEqual(['phone home', '2026-11-26 11:00'])
    expect(read('phone home at 09:00')).toEqual(['phone home', '2026-11-27 09:00'])
    expect(read('phone home 9am')).toEqual(['phone home', '2026-11-27 09:00'])
    expect(read('look at the stars at midnight')).toEqual(['look at the stars', '2026-11-27 00:00'])
  })

  it('says what is missing', () => {
    expect(read('')).toBe('what')
    expect(read('me')).toBe('what')
    expect(read('call the baker')).toBe('when')
    expect(read('buy 12 eggs')).toBe('when')
    expect(read('in 20 minutes')).toBe('what')
    expect(read('call the baker today 08:00')).toBe('past')
    expect(read('call the baker today')).toBe('past')
    expect(read('meet at 25:00')).toBe('when')
  })

  it('leaves words alone that only look like a moment', () => {
    expect(read('read chapter 4 tomorrow')).toEqual(['read chapter 4', '2026-11-27 09:00'])
    expect(read('in the morning paper, find the ad, in 10 minutes')).toEqual([
      'in the morning paper, find the ad,',
      '2026-11-26 10:31',
    ])
  })
})

it('is a moment alone', () => {
  const at = (text: string) => {
    const found = parseMoment(text, NOW)
    return found === undefined ? undefined : local(found)
  }
  expect(at('tomorrow 9:00')).toBe('2026-11-27 09:00')
  expect(at('in an hour')).toBe('2026-11-26 11:21')
  expect(at('soon')).toBeUndefined()
  expect(at('')).toBeUndefined()
  expect(at('tomorrow maybe')).toBeUndefined()
})
