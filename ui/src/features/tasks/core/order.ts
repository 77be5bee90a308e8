// How tasks stand: columns by the project's statuses, in them by rank, whose order is that of the bytes.

import type { Project, Status, Task } from '$api'

export const byRank = (a: Task, b: Task): number =>
  a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : a.number - b.number

export interface Column {
  status: Status
  tasks: Task[]
}

/** The columns of a board, each with its tasks in order. */
export function columnsOf(project: Project, tasks: readonly Task[]): Column[] {
  const columns = project.statuses.map((status) => ({ status, tasks: [] as Task[] }))
  const byId: Record<number, Column> = {}
  for (const column of columns) byId[column.status.id] = column
  for (const task of tasks) (byId[task.statusId] ?? columns[0])?.tasks.push(task)
  for (const column of columns) column.tasks.sort(byRank)
  return columns
}

/** A rank for the moment until the server has said which it is: right after one, or before all. */
export const rankAfter = (after: Task | undefined): string => (after ? `${after.rank}\u0000` : '\u0000')

/** The neighbours of a place in a column without the task that goes there. */
export function neighbours(
  column: readonly Task[],
  task: Task,
  index: number,
): { after?: Task; before?: Task } {
  const others = column.filter((other) => other.id !== task.id)
  const place = Math.min(Math.max(index, 0), others.length)
  return { after: others[place - 1], before: others[place] }
}

export const PRIORITIES = ['urgent', 'high', 'medium', 'low', 'none'] as const

export const isOpen = (project: Project | undefined, task: Task): boolean => {
  const group = project?.statuses.find((status) => status.id === task.statusId)?.group
  return group !== 'done' && group !== 'cancelled'
}
