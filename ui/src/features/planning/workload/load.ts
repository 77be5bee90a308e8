// Who has how much to do, and when: open tasks by whom they are for and the week in which they are due.

import type { Project, Task } from '$api'
import { isOpen } from '$features/tasks'
import { plusDays } from '../core/dates'

/** Besides the weeks: what should have been done, what comes after them, and what has no date. */
export type Slot = 'late' | number | 'later' | 'none'

export interface Cell {
  tasks: Task[]
  /** The sum of what they are estimated at. */
  estimate: number
}

export interface Row {
  /** Null is nobody. */
  userId: string | null
  cells: Record<string, Cell>
  total: Cell
}

const empty = (): Cell => ({ tasks: [], estimate: 0 })

/** @param weeks the first days of the weeks that are shown, one after the other */
export function slotOf(task: Task, weeks: readonly string[], today: string): Slot {
  const { due } = task
  if (due === null) return 'none'
  if (due < today && due < weeks[0]!) return 'late'
  for (let place = weeks.length - 1; place >= 0; place--) {
    if (due < weeks[place]!) continue
    return place === weeks.length - 1 && due >= plusDays(weeks[place]!, 7) ? 'later' : place
  }
  return 'late'
}

/** A row for each of these people, and one for what nobody is assigned to. A task of several counts for each. */
export function loadOf(
  tasks: readonly Task[],
  project: Project,
  people: readonly string[],
  weeks: readonly string[],
  today: string,
): Row[] {
  const rows = new Map<string | null, Row>()
  const row = (userId: string | null) => {
    let made = rows.get(userId)
    if (!made) rows.set(userId, (made = { userId, cells: {}, total: empty() }))
    return made
  }
  for (const id of people) row(id)
  for (const task of tasks) {
    if (!isOpen(project, task)) continue
    const slot = slotOf(task, weeks, today)
    for (const id of task.assigneeIds.length > 0 ? task.assigneeIds : [null]) {
      const one = row(id)
      for (const cell of [(one.cells[slot] ??= empty()), one.total]) {
        cell.tasks.push(task)
        cell.estimate += task.estimate ?? 0
      }
    }
  }
  return [...rows.values()].sort((a, b) => Number(a.userId === null) - Number(b.userId === null))
}

/** How full a cell is, from 0 to 1, beside the fullest; by estimates where there are any. */
export function fullness(cell: Cell | undefined, rows: readonly Row[]): number {
  if (!cell) return 0
  const estimated = rows.some((row) => row.total.estimate > 0)
  const of = (one: Cell) => (estimated ? one.estimate : one.tasks.length)
  const most = Math.max(1, ...rows.flatMap((row) => Object.values(row.cells).map(of)))
  return of(cell) / most
}
