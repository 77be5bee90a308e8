// Where the bars of a week stand. A task stands on the day that it is due, or from its start to that day.

import type { Task } from '$api'
import { PRIORITIES } from '$features/tasks'

export type Dated = Task & { due: string }

export interface Bar {
  task: Dated
  /** The first of its days in this week, 0 to 6, and how many there are. */
  column: number
  days: number
  lane: number
  /** Whether it begins, and ends, in this week. */
  begins: boolean
  ends: boolean
}

export interface LaidWeek {
  bars: Bar[]
  /** How many have no room, for each day. */
  more: number[]
  /** How many lanes are taken, shown or not. */
  lanes: number
}

export const isDated = (task: Task): task is Dated => task.due !== null

export const beginOf = (task: Dated): string =>
  task.start !== null && task.start < task.due ? task.start : task.due

/** What begins first stands above; of those the longer one, then the more urgent. */
export function inOrder(tasks: readonly Task[]): Dated[] {
  const rank = (task: Task) => PRIORITIES.indexOf(task.priority)
  return tasks
    .filter(isDated)
    .sort(
      (a, b) =>
        compare(beginOf(a), beginOf(b)) ||
        compare(b.due, a.due) ||
        Number(a.closedAt !== null) - Number(b.closedAt !== null) ||
        rank(a) - rank(b) ||
        compare(a.key, b.key),
    )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Lays the tasks of one week in lanes, each in the first that is free.
 * @param ordered as {@link inOrder} has them
 * @param most the lanes that there is room for; what is below is counted instead
 */
export function layWeek(ordered: readonly Dated[], days: readonly string[], most = Infinity): LaidWeek {
  const first = days[0]!
  const last = days.at(-1)!
  const taken: boolean[][] = []
  const more = days.map(() => 0)
  const bars: Bar[] = []
  for (const task of ordered) {
    const begin = beginOf(task)
    if (begin > last || task.due < first) continue
    const from = Math.max(0, days.indexOf(begin))
    const to = task.due > last ? days.length - 1 : days.indexOf(task.due)
    let lane = 0
    while (taken[lane]?.slice(from, to + 1).some(Boolean)) lane++
    const row = (taken[lane] ??= days.map(() => false))
    row.fill(true, from, to + 1)
    if (lane >= most) {
      for (let day = from; day <= to; day++) more[day]!++
      continue
    }
    bars.push({
      task,
      column: from,
      days: to - from + 1,
      lane,
      begins: begin >= first,
      ends: task.due <= last,
    })
  }
  return { bars, more, lanes: taken.length }
}

/** The tasks of one day, also those that only pass through it. */
export const ofDay = (ordered: readonly Dated[], day: string): Dated[] =>
  ordered.filter((task) => beginOf(task) <= day && task.due >= day)
