import { expect, it } from 'vitest'
import { daysFrom, plusDays } from '../core/dates'
import { around, isInPeriod, periodOf, queryOf, stepped, weeksOf } from './period'

const TODAY = '2026-11-27'
const read = (query: string, locale = 'en-GB') => periodOf(new URLSearchParams(query), TODAY, locale)

it('is this month unless the address says otherwise', () => {
  expect(read('')).toEqual({ span: 'month', first: '2026-11-01' })
  expect(read('month=2027-02')).toEqual({ span: 'month', first: '2027-02-01' })
  for (const bad of ['month=2027-13', 'month=soon', 'month=0000-01', 'month=12345-01'])
    expect(read(bad)).toEqual({ span: 'month', first: '2026-11-01' })
})

it('names a week by any day of it, and begins it as people there do', () => {
  expect(read('week=2026-11-26').first).toBe('2026-11-23')
  expect(read('week=2026-11-26', 'en-US').first).toBe('2026-11-22')
  expect(read('week=2026-11-26', 'ar-EG').first).toBe('2026-11-21')
  expect(read('week=2026-02-30').first).toBe('2026-11-23')
})

it('says itself in the address as it was read', () => {
  for (const query of ['month=2026-11', 'week=2026-11-23']) {
    const said = Object.entries(queryOf(read(query))).filter((pair): pair is [string, string] => !!pair[1])
    expect(new URLSearchParams(said).toString()).toBe(query)
  }
})

it('shows whole weeks, also of a February of four and a month of six', () => {
  const november = weeksOf(read('month=2026-11'), 'en-GB')
  expect(november).toHaveLength(6)
  expect(november[0]![0]).toBe('2026-10-26')
  expect(november.at(-1)!.at(-1)).toBe('2026-12-06')
  expect(weeksOf(read('month=2027-02'), 'en-GB')).toHaveLength(4)
  expect(weeksOf(read('week=2026-11-26'), 'en-GB')).toEqual([
    ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29'],
  ])
})

it('steps over the turn of the year and stops where dates end', () => {
  expect(stepped(read('month=2026-12'), 1).first).toBe('2027-01-01')
  expect(stepped(read('week=2026-12-30'), 1).first).toBe('2027-01-04')
  expect(stepped(read('month=1900-01'), -1).first).toBe('1900-01-01')
  expect(around('week', '2026-11-01', 'en-GB').first).toBe('2026-10-26')
})

it('counts days over the changes of the clock', () => {
  expect(daysFrom('2026-10-24', '2026-10-26')).toBe(2)
  expect(daysFrom('2026-03-30', '2026-03-28')).toBe(-2)
  expect(plusDays('2026-03-28', 2)).toBe('2026-03-30')
  expect(isInPeriod(read('month=2026-11'), '2026-10-31')).toBe(false)
  expect(isInPeriod(read('month=2026-11'), '2026-11-30')).toBe(true)
})
