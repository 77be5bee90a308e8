import { describe, expect, it } from 'vitest'
import { recurrenceText, repeatOf, ruleOf, weekdayOf } from './recurrence'

const words = (rule: string) => recurrenceText(rule, (day) => day)

describe('a rule by which tasks come again', () => {
  it('is said in words', () => {
    expect(words('FREQ=DAILY')).toBe('every day')
    expect(words('FREQ=DAILY;INTERVAL=10')).toBe('every 10 days')
    expect(words('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR')).toBe('every weekday')
    expect(words('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO')).toBe('every 2 weeks on Monday')
    expect(words('FREQ=WEEKLY;BYDAY=MO,TH,SU')).toBe('every week on Monday, Thursday, and Sunday')
    expect(words('FREQ=WEEKLY')).toBe('every week')
    expect(words('FREQ=MONTHLY;BYMONTHDAY=-1')).toBe('every month on the last day')
    expect(words('FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15')).toBe('every 3 months on day 15')
    expect(words('FREQ=MONTHLY;BYDAY=-1FR')).toBe('every month on the last Friday')
    expect(words('FREQ=MONTHLY;BYDAY=1MO')).toBe('every month on the first Monday')
    expect(words('FREQ=YEARLY')).toBe('every year')
    expect(words('FREQ=DAILY;UNTIL=20261231')).toBe('every day until 2026-12-31')
    expect(words('FREQ=DAILY;COUNT=5')).toBe('every day, 5 times')
    expect(words('FREQ=DAILY;COUNT=1')).toBe('every day, for the last time')
  })

  it('comes out of its form as it went in', () => {
    for (const rule of [
      'FREQ=DAILY',
      'FREQ=DAILY;INTERVAL=3;COUNT=7',
      'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;UNTIL=20261231',
      'FREQ=MONTHLY;BYMONTHDAY=-1',
      'FREQ=MONTHLY;BYMONTHDAY=31',
      'FREQ=MONTHLY;BYDAY=-1FR',
      'FREQ=YEARLY',
    ])
      expect(ruleOf(repeatOf(rule, '2026-11-27'))).toBe(rule)
  })

  it('begins with the day on which the task is due', () => {
    expect(weekdayOf('2026-11-27')).toBe(4)
    const none = repeatOf(undefined, '2026-11-27')
    expect(ruleOf(none)).toBe('FREQ=WEEKLY;BYDAY=FR')
    expect(ruleOf({ ...none, unit: 'month' })).toBe('FREQ=MONTHLY;BYMONTHDAY=27')
    expect(ruleOf({ ...none, unit: 'month', on: 'weekday' })).toBe('FREQ=MONTHLY;BYDAY=4FR')
  })
})
