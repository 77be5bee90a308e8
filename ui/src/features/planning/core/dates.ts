// What becomes of a task's dates when it is moved. What the other views say stays true: it never starts after it is due.

import type { Task } from '$api'
import { parseDate } from '@internationalized/date'

export const plusDays = (day: string, days: number): string => parseDate(day).add({ days }).toString()

/** Whole days from one to the other. */
export const daysFrom = (from: string, to: string): number => parseDate(to).compare(parseDate(from))

export interface Dates {
  start?: string | null
  due?: string | null
}

/** All of it so many days on. */
export function shifted(task: Task, days: number): Dates {
  if (task.due === null) return {}
  const dates: Dates = { due: plusDays(task.due, days) }
  if (task.start !== null) dates.start = plusDays(task.start, days)
  return dates
}

/** Due on another day; what had both dates keeps its length, what had no due date starts then at the latest. */
export function dueOn(task: Task, day: string | null): Dates {
  if (day === null) return task.start === null ? { due: null } : { due: null, start: null }
  if (task.due === null)
    return task.start !== null && task.start > day ? { due: day, start: day } : { due: day }
  return shifted(task, daysFrom(task.due, day))
}

/** One end on another day, at most up to the other end. */
export function endOn(task: Task, end: 'start' | 'due', day: string): Dates {
  const start = task.start ?? task.due
  const { due } = task
  if (start === null || due === null) return { [end]: day }
  if (end === 'due') return { due: day < start ? start : day, ...(task.start === null ? { start } : {}) }
  return { start: day > due ? due : day }
}

/** What the dates were that a change takes away. */
export function before(task: Task, dates: Dates): Dates {
  const was: Dates = {}
  if ('start' in dates) was.start = task.start
  if ('due' in dates) was.due = task.due
  return was
}

/** Whether anything would be other than it is. */
export const changes = (task: Task, { start, due }: Dates): boolean =>
  (start !== undefined && start !== task.start) || (due !== undefined && due !== task.due)
