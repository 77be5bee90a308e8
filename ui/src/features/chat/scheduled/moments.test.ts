import { expect, it } from 'vitest'
import { fieldsOf, momentOf } from '$shared'
import { moments, soon } from './moments'

const at = (text: string) => new Date(text).getTime()
const offered = (now: string) =>
  moments(at(now)).map(({ moment, at }) => `${moment} ${Object.values(fieldsOf(at)).join(' ')}`)

it('offers an hour from now, the afternoon, the next morning and Monday', () => {
  // A Wednesday.
  expect(offered('2026-11-25T10:20:30')).toEqual([
    'hour 2026-11-25 11:21',
    'today 2026-11-25 17:00',
    'tomorrow 2026-11-26 09:00',
    'monday 2026-11-30 09:00',
  ])
})

it('leaves out an afternoon that is near or gone, and a Monday that is tomorrow', () => {
  expect(offered('2026-11-25T16:10:00')).not.toContain('today 2026-11-25 17:00')
  // A Sunday.
  expect(offered('2026-11-29T20:00:00')).toEqual(['hour 2026-11-29 21:00', 'tomorrow 2026-11-30 09:00'])
  // A Monday offers the next one.
  expect(offered('2026-11-30T20:00:00').at(-1)).toBe('monday 2026-12-07 09:00')
})

it('reads what the fields hold', () => {
  expect(momentOf('2026-12-01', '08:05')).toBe(at('2026-12-01T08:05:00'))
  expect(momentOf('', '08:05')).toBeUndefined()
  expect(momentOf('2026-12-01', '')).toBeUndefined()
  expect(fieldsOf(at('2026-02-03T04:05:00'))).toEqual({ day: '2026-02-03', time: '04:05' })
})

it('offers to be reminded in a while, the next morning and on Monday', () => {
  const offered = soon(at('2026-11-25T10:20:30')).map(
    ({ moment, at }) => `${moment} ${Object.values(fieldsOf(at)).join(' ')}`,
  )
  expect(offered).toEqual([
    'minutes 2026-11-25 10:41',
    'hour 2026-11-25 11:21',
    'tomorrow 2026-11-26 09:00',
    'monday 2026-11-30 09:00',
  ])
})
