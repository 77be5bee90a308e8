import type { Project, Task } from '$api'
import { byRank, PRIORITIES, priorityName } from '$features/tasks'
import { m } from '$paraglide/messages.js'

export const GROUPINGS = ['status', 'assignee', 'priority', 'label', 'none'] as const
export const SORTINGS = ['hand', 'due', 'priority', 'newest', 'title'] as const
export type Grouping = (typeof GROUPINGS)[number]
export type Sorting = (typeof SORTINGS)[number]

export interface Row {
  key: string
  /** A task, or the head of a group. */
  task?: Task
  title?: string
  count?: number
}

const rank = (task: Task) => PRIORITIES.indexOf(task.priority)
const LATE = '9999'

export function sorted(tasks: readonly Task[], sort: Sorting): Task[] {
  const by: Record<Sorting, (a: Task, b: Task) => number> = {
    hand: byRank,
    due: (a, b) => (a.due ?? LATE).localeCompare(b.due ?? LATE) || rank(a) - rank(b),
    priority: (a, b) => rank(a) - rank(b) || (a.due ?? LATE).localeCompare(b.due ?? LATE),
    newest: (a, b) => b.number - a.number,
    title: (a, b) => a.title.localeCompare(b.title),
  }
  return [...tasks].sort((a, b) => by[sort](a, b) || a.number - b.number)
}

/** The rows of a list: heads of groups, and under each its tasks. A task of several groups stands in each. */
export function rowsOf(
  tasks: readonly Task[],
  project: Project,
  group: Grouping,
  sort: Sorting | ((tasks: readonly Task[]) => Task[]),
  nameOf: (userId: string) => string,
): Row[] {
  const order = typeof sort === 'function' ? sort : (some: readonly Task[]) => sorted(some, sort)
  const groups: { key: string; title: string; tasks: Task[] }[] = []
  const add = (key: string, title: string, some: Task[]) => {
    if (some.length > 0) groups.push({ key, title, tasks: order(some) })
  }
  if (group === 'status') {
    for (const status of project.statuses)
      add(
        `s${status.id}`,
        status.name,
        tasks.filter((task) => task.statusId === status.id),
      )
  } else if (group === 'priority') {
    for (const priority of PRIORITIES)
      add(
        priority,
        priorityName(priority),
        tasks.filter((task) => task.priority === priority),
      )
  } else if (group === 'assignee') {
    const people = [...new Set(tasks.flatMap((task) => task.assigneeIds))]
    for (const id of people.sort((a, b) => nameOf(a).localeCompare(nameOf(b))))
      add(
        id,
        nameOf(id),
        tasks.filter((task) => task.assigneeIds.includes(id)),
      )
    add(
      'nobody',
      m.tasks_nobody(),
      tasks.filter((task) => task.assigneeIds.length === 0),
    )
  } else if (group === 'label') {
    for (const label of project.labels)
      add(
        `l${label.id}`,
        label.name,
        tasks.filter((task) => task.labelIds.includes(label.id)),
      )
    add(
      'none',
      m.tasks_no_label(),
      tasks.filter((task) => task.labelIds.length === 0),
    )
  } else return order(tasks).map((task) => ({ key: task.id, task }))
  return groups.flatMap((one) => [
    { key: one.key, title: one.title, count: one.tasks.length },
    ...one.tasks.map((task) => ({ key: `${one.key} ${task.id}`, task })),
  ])
}
