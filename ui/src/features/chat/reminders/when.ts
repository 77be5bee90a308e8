// `call the baker tomorrow 9:00`, `in 2 hours water the plants`: of what to remind, and when.

import { dateOf, dayAt, dayOf } from '$features/tasks'

export type Reminding =
  | { what: string; at: number }
  /** What is missing: of what to remind, when, or a moment that is to come. */
  | { problem: 'what' | 'when' | 'past' }

/** What some words say about a moment. */
interface When {
  /** How many words say it. */
  words: number
  /** From now, in milliseconds. */
  after?: number
  /** A day of the calendar. */
  day?: string
  /** Minutes after midnight. */
  minute?: number
  /** An hour without any hint of which half of the day. */
  either?: boolean
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const MORNING = 9 * 60
/** The times of day that have a name, in minutes after midnight. */
const NAMED: Record<string, number> = {
  morning: MORNING,
  noon: 12 * 60,
  midday: 12 * 60,
  lunch: 12 * 60,
  afternoon: 14 * 60,
  evening: 18 * 60,
  night: 20 * 60,
}
const UNITS: readonly [RegExp, number][] = [
  [/^(?:m|mins?|minutes?)$/, MINUTE_MS],
  [/^(?:h|hrs?|hours?)$/, HOUR_MS],
  [/^(?:d|days?)$/, DAY_MS],
  [/^(?:w|wks?|weeks?)$/, 7 * DAY_MS],
]
const COUNTS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
}

/** Reads what is written after the command. */
export function parseReminder(text: string, now: number): Reminding {
  const words = text.split(/\s+/).filter(Boolean)
  if (/^me$/i.test(words[0] ?? '')) words.shift()
  const found = whenIn(words, now)
  if (!found) return { problem: words.length === 0 ? 'what' : 'when' }
  const what = found.rest.join(' ').replace(/^(?:to|that|about|of)\s+/i, '')
  const at = momentOf(found.when, now)
  if (at === undefined || at <= now) return { problem: 'past' }
  return what === '' ? { problem: 'what' } : { what, at }
}

/** A moment alone, such as `tomorrow 9:00`; undefined where it is none or not to come. */
export function parseMoment(text: string, now: number): number | undefined {
  const words = text.split(/\s+/).filter(Boolean)
  const when = words.length > 0 ? whenAt(words, 0, now) : undefined
  if (when?.words !== words.length) return undefined
  const at = momentOf(when, now)
  return at !== undefined && at > now ? at : undefined
}

/** The moment stands at the beginning or at the end, or its day here and its time there. */
function whenIn(words: readonly string[], now: number): { when: When; rest: string[] } | undefined {
  const first = whenAt(words, 0, now)
  let last: When | undefined
  let from = words.length
  for (let at = 0; at < words.length && !last; at++) {
    const found = whenAt(words, at, now)
    if (found && at + found.words === words.length) [last, from] = [found, at]
  }
  if (first && last && first.words <= from) {
    const day = first.day ?? last.day
    const minute = first.minute ?? last.minute
    const twice = (first.day && last.day) || (first.minute !== undefined && last.minute !== undefined)
    if (!twice && day && minute !== undefined && first.after === undefined && last.after === undefined) {
      const when = { words: 0, day, minute, either: first.either || last.either }
      return { when, rest: words.slice(first.words, from) }
    }
  }
  if (last && (!first || exact(last) >= exact(first))) return { when: last, rest: words.slice(0, from) }
  return first && { when: first, rest: words.slice(first.words) }
}

/** A day and a time say more than one of them. */
const exact = ({ after, day, minute }: When) =>
  after !== undefined || (day !== undefined && minute !== undefined) ? 2 : 1

/** What the words from this place on say about a moment. */
function whenAt(words: readonly string[], at: number, now: number): When | undefined {
  const word = (offset: number) => (words[at + offset] ?? '').toLowerCase().replace(/,$/, '')
  const span = spanAt(word)
  if (span) return span
  const first = word(0)
  if (first === 'tonight') return withTime({ words: 1, day: today(now), minute: NAMED.night! }, word)
  if (first === 'this' && NAMED[word(1)] !== undefined)
    return { words: 2, day: today(now), minute: NAMED[word(1)]! }
  const plain = words.map((one) => one.replace(/,$/, ''))
  const day = dayAt(plain, at, today(now))
  if (day) return withTime({ words: day.words, day: day.day }, word)
  const time = timeAt(word, 0)
  if (!time) return undefined
  const next = dayAt(plain, at + time.words, today(now))
  return next ? { ...time, words: time.words + next.words, day: next.day } : time
}

const today = (now: number) => dayOf(new Date(now))

/** A day, with the time that follows it if one does. */
function withTime(day: When, word: (offset: number) => string): When {
  const time = timeAt(word, day.words, true)
  return time ? { ...day, ...time, words: day.words + time.words } : day
}

/** `in 20 minutes`, `in an hour`, `in half an hour`, `in 2h`. */
function spanAt(word: (offset: number) => string): When | undefined {
  if (word(0) !== 'in') return undefined
  if (word(1) === 'half' && /^an?$/.test(word(2)) && word(3) === 'hour')
    return { words: 4, after: HOUR_MS / 2 }
  const joined = /^(\d+(?:[.,]\d+)?)([a-z]+)$/.exec(word(1))
  const count = joined ? joined[1]! : word(1)
  const unit = joined ? joined[2]! : word(2)
  const many =
    COUNTS[count] ?? (/^\d{1,4}(?:[.,]\d{1,2})?$/.test(count) ? Number(count.replace(',', '.')) : 0)
  const size = UNITS.find(([name]) => name.test(unit))?.[1]
  return many > 0 && size ? { words: joined ? 2 : 3, after: many * size } : undefined
}

/** `9:00`, `9am`, `at 9`, `at noon`; a name of a time of day stands alone only behind a day or `at`. */
function timeAt(word: (offset: number) => string, from: number, behindDay = false): When | undefined {
  const at = word(from) === 'at' || word(from) === '@' || word(from) === 'in' || word(from) === 'the' ? 1 : 0
  const the = at && word(from + at) === 'the' ? 1 : 0
  const lead = at + the
  const first = word(from + lead)
  const said = word(from) === 'at' || word(from) === '@'
  if (NAMED[first] !== undefined && (behindDay || (said && first !== 'morning')))
    return { words: lead + 1, minute: NAMED[first]! }
  if (lead > 0 && !said) return undefined
  if (first === 'midnight') return { words: lead + 1, minute: 24 * 60 }
  const clock = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm|h)?$/.exec(first)
  if (!clock) return undefined
  const [, hours, minutes, half] = clock
  const next = word(from + lead + 1)
  const after = half ?? (/^(?:am|pm)$/.test(next) ? next : undefined)
  // A number alone is one only where it is said to be.
  if (minutes === undefined && after === undefined && !said && !behindDay) return undefined
  const hour = Number(hours)
  const twelve = after === 'am' || after === 'pm'
  if (Number(minutes ?? 0) > 59 || hour > (twelve ? 12 : 23) || (twelve && hour === 0)) return undefined
  const minute = (twelve ? (hour % 12) + (after === 'pm' ? 12 : 0) : hour) * 60 + Number(minutes ?? 0)
  const either = after === undefined && hour > 0 && hour < 12 && !hours!.startsWith('0')
  return { words: lead + (half === undefined && after ? 2 : 1), minute, either }
}

/** The moment, by the clock of this device. */
function momentOf({ after, day, minute, either }: When, now: number): number | undefined {
  if (after !== undefined) {
    const then = new Date(now)
    // Whole days are of the calendar: the hour stays the same when the clocks change.
    if (after % DAY_MS === 0) then.setDate(then.getDate() + after / DAY_MS)
    else then.setTime(now + after)
    return Math.ceil(then.getTime() / MINUTE_MS) * MINUTE_MS
  }
  const on = (date: string, minutes: number) => {
    const moment = dateOf(date)
    return moment.setHours(Math.floor(minutes / 60), minutes % 60, 0, 0)
  }
  if (day !== undefined) {
    // A day alone begins at work; of today nothing would be left of that.
    if (minute === undefined) return day === today(now) ? undefined : on(day, MORNING)
    const at = on(day, minute)
    return at <= now && either ? on(day, minute + 12 * 60) : at
  }
  if (minute === undefined) return undefined
  const at = on(today(now), minute)
  if (at > now) return at
  const later = on(today(now), minute + 12 * 60)
  if (either && later > now) return later
  const tomorrow = dateOf(today(now))
  tomorrow.setDate(tomorrow.getDate() + 1)
  return on(dayOf(tomorrow), minute)
}
