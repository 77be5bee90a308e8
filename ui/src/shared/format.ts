/** Times and names as people read them. Everything goes through `Intl`; nothing here reads the clock. */

/** Messages are in this language; dates follow the reader's own region of it where the browser knows one. */
export function localeFor(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.split('-')[0] === language.split('-')[0]) ?? language
}

/** Whose habits dates and numbers follow. */
export function locale(): string {
  const language = document.documentElement.lang || 'en'
  return localeFor(language, navigator.languages)
}

const cache = new Map<string, Intl.DateTimeFormat>()

export function formatter(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${name}`
  let made = cache.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(locale(), options)
    cache.set(key, made)
  }
  return made
}

export type Instant = string | number | Date

const DAY_MS = 86_400_000

/** Whole calendar days from `a` to `b` in the reader's time zone. */
export function calendarDays(a: Date, b: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return Math.round((day(b) - day(a)) / DAY_MS)
}

/** `16:42`, or `4:42 PM` where that is the habit. */
export function formatTime(at: Instant): string {
  return formatter('time', { timeStyle: 'short' }).format(new Date(at))
}

/** `Sunday, 22 November 2026 at 16:42`: for titles and details. */
export function formatFull(at: Instant): string {
  return formatter('full', { dateStyle: 'full', timeStyle: 'short' }).format(new Date(at))
}

/** `22 Nov`, with the year when it is not this one. */
export function formatDate(at: Instant, now: Instant): string {
  const date = new Date(at)
  const sameYear = date.getFullYear() === new Date(now).getFullYear()
  return sameYear
    ? formatter('date', { day: 'numeric', month: 'short' }).format(date)
    : formatter('dated', { day: 'numeric', month: 'short', year: 'numeric' }).format(date)
}

/** The heading of a day: `Today`, `Yesterday`, `Thursday`, then `Thursday, 5 November` and at last with the year. */
export function formatDay(at: Instant, now: Instant): string {
  const date = new Date(at)
  const today = new Date(now)
  const ago = calendarDays(date, today)
  if (ago === 0 || ago === 1) return capitalise(relative().format(-ago, 'day'))
  if (ago > 1 && ago < 7) return formatter('weekday', { weekday: 'long' }).format(date)
  return date.getFullYear() === today.getFullYear()
    ? formatter('day', { weekday: 'long', day: 'numeric', month: 'long' }).format(date)
    : formatter('dayed', { day: 'numeric', month: 'long', year: 'numeric' }).format(date)
}

/** As short as it can be for the corner of a row: `16:42` today, then `Thu`, then `22 Nov`, then with the year. */
export function formatShort(at: Instant, now: Instant): string {
  const ago = calendarDays(new Date(at), new Date(now))
  if (ago === 0) return formatTime(at)
  if (ago > 0 && ago < 7) return formatter('short', { weekday: 'short' }).format(new Date(at))
  return formatDate(at, now)
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', DAY_MS],
]

/** `now`, `5 minutes ago`, `in 3 hours`, `yesterday`; past 30 days the date itself. */
export function formatRelative(at: Instant, now: Instant): string {
  const from = new Date(at).getTime()
  const gap = from - new Date(now).getTime()
  const size = Math.abs(gap)
  if (size < 60_000) return relative().format(0, 'second')
  if (size > 30 * DAY_MS) return formatDate(at, now)
  let chosen = STEPS[0]!
  for (const step of STEPS) if (size >= step[1]) chosen = step
  const [unit, length] = chosen
  if (unit === 'day') return relative().format(calendarDays(new Date(now), new Date(from)), 'day')
  return relative().format(Math.trunc(gap / length), unit)
}

/** `12 seconds`, `3 minutes`: a wait, rounded up so that nobody comes back too early. */
export function formatWait(seconds: number): string {
  const [unit, value] =
    seconds < 90 ? (['second', Math.ceil(seconds)] as const) : (['minute', Math.ceil(seconds / 60)] as const)
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.max(value, 1),
  )
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale()).format(value)
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** `812 bytes`, `1.4 MB`, `38 GB`: a size in steps of a thousand, with two digits at least. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let step = 0
  while (value >= 999.5 && step < SIZES.length - 1) {
    value /= 1000
    step += 1
  }
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: SIZES[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step > 0 && value < 9.95 ? 1 : 0,
  }).format(value)
}

/** `Ann, Bob and Mia`. */
export function formatList(names: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(names)
}

export function relative(): Intl.RelativeTimeFormat {
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
}

function capitalise(text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1)
}
