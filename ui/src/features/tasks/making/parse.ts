// `Fix the door +ops @bob !high friday #safety`: what of a line is the title, and what is said about the task.

import type { Label, Priority, Project, User } from '$api'
import { addDays, dateOf, dayOf } from '../core/days'

export interface Known {
  /** The day it is. */
  today: string
  projects: readonly Project[]
  /** The project that counts when none is named. */
  project: Project | undefined
  user: (username: string) => User | undefined
}

export interface Parsed {
  title: string
  project: Project | undefined
  assignees: User[]
  labels: Label[]
  priority: Priority | undefined
  due: string | undefined
}

const PRIORITY: Record<string, Priority> = {
  urgent: 'urgent',
  '1': 'urgent',
  high: 'high',
  '2': 'high',
  medium: 'medium',
  '3': 'medium',
  low: 'low',
  '4': 'low',
}
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** What a word that is no word of the title says; nothing for one that belongs to it. */
export function parseLine(line: string, known: Known): Parsed {
  const words = line.split(/\s+/).filter(Boolean)
  const parsed: Parsed = {
    title: '',
    project: known.project,
    assignees: [],
    labels: [],
    priority: undefined,
    due: undefined,
  }
  // The project decides which labels there are, so it is looked for first.
  for (const word of words) {
    const project = word.startsWith('+') ? projectCalled(word.slice(1), known.projects) : undefined
    if (project) parsed.project = project
  }
  const title: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    const rest = word.slice(1)
    if (word.startsWith('+') && projectCalled(rest, known.projects)) continue
    if (word.startsWith('@')) {
      const user = known.user(rest)
      if (user) {
        if (!parsed.assignees.includes(user)) parsed.assignees.push(user)
        continue
      }
    }
    if (word.startsWith('#')) {
      const label = parsed.project?.labels.find((one) => one.name.toLowerCase() === rest.toLowerCase())
      if (label) {
        if (!parsed.labels.includes(label)) parsed.labels.push(label)
        continue
      }
    }
    if (word.startsWith('!') && PRIORITY[rest.toLowerCase()]) {
      parsed.priority = PRIORITY[rest.toLowerCase()]
      continue
    }
    const found = parsed.due ? undefined : dayAt(words, at, known.today)
    // A line that is nothing but a day is a title.
    if (found && (title.length > 0 || at + found.words < words.length)) {
      parsed.due = found.day
      at += found.words - 1
      continue
    }
    title.push(word)
  }
  parsed.title = title.join(' ')
  return parsed
}

function projectCalled(word: string, projects: readonly Project[]): Project | undefined {
  const name = word.toLowerCase()
  return projects.find(
    (project) =>
      project.key.toLowerCase() === name || project.name.toLowerCase().replace(/\s+/g, '-') === name,
  )
}

/** The day that some words from this place on name: `friday`, `next week`, `in 3 days`, `28 nov`, `2026-11-28`. */
export function dayAt(
  words: readonly string[],
  at: number,
  today: string,
): { day: string; words: number } | undefined {
  const word = (offset: number) => (words[at + offset] ?? '').toLowerCase()
  // `by friday`, `on friday`
  if ((word(0) === 'by' || word(0) === 'on' || word(0) === 'due') && word(1)) {
    const found = dayAt(words, at + 1, today)
    return found && { day: found.day, words: found.words + 1 }
  }
  const first = word(0)
  if (first === 'today') return { day: today, words: 1 }
  if (first === 'tomorrow' || first === 'tmr') return { day: addDays(today, 1), words: 1 }
  if (/^\d{4}-\d{2}-\d{2}$/.test(first) && dayOf(dateOf(first)) === first) return { day: first, words: 1 }
  if (first === 'next') {
    if (word(1) === 'week') return { day: nextWeekday(1, today), words: 2 }
    const weekday = weekdayOf(word(1))
    if (weekday !== undefined) return { day: addDays(nextWeekday(1, today), (weekday + 6) % 7), words: 2 }
    return undefined
  }
  if (first === 'in' && /^\d{1,3}$/.test(word(1))) {
    const count = Number(word(1))
    if (/^days?$/.test(word(2))) return { day: addDays(today, count), words: 3 }
    if (/^weeks?$/.test(word(2))) return { day: addDays(today, count * 7), words: 3 }
    return undefined
  }
  const weekday = weekdayOf(first)
  if (weekday !== undefined) return { day: nextWeekday(weekday, today), words: 1 }
  if (/^\d{1,2}\.?$/.test(first)) return monthDay(word(1), parseInt(first, 10), today)
  const dated = monthDay(first, parseInt(word(1), 10), today)
  return /^\d{1,2}\.?$/.test(word(1)) ? dated : undefined
}

function weekdayOf(word: string): number | undefined {
  if (word.length < 3) return undefined
  const found = WEEKDAYS.findIndex((name) => name === word || name.slice(0, 3) === word)
  // `sun`, `sat`, `wed` and `mon` are words of titles as well.
  return found === -1 || (word.length === 3 && ['sun', 'sat', 'mon', 'wed'].includes(word))
    ? undefined
    : found
}

/** The next such day after today. */
function nextWeekday(weekday: number, today: string): string {
  const gap = (weekday - dateOf(today).getDay() + 7) % 7
  return addDays(today, gap === 0 ? 7 : gap)
}

function monthDay(word: string, day: number, today: string): { day: string; words: number } | undefined {
  const month = word.length >= 3 ? MONTHS.findIndex((name) => word.slice(0, 3) === name) : -1
  if (
    month === -1 ||
    !/^(?:[a-z]{3}|january|february|march|april|june|july|august|sept|september|october|november|december)\.?$/.test(
      word,
    )
  )
    return undefined
  const year = dateOf(today).getFullYear()
  for (const candidate of [year, year + 1]) {
    const date = new Date(candidate, month, day)
    if (date.getMonth() !== month || date.getDate() !== day) continue
    if (dayOf(date) >= today) return { day: dayOf(date), words: 2 }
  }
  return undefined
}
