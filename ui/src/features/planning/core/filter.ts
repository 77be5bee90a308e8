// The filters of a view are its address: what is not said there is not filtered.

import type { Priority, Task } from '$api'
import { PRIORITIES } from '$features/tasks'

export interface Filter {
  /** Ids of people, `me`, or `none`. */
  assignee: string[]
  status: number[]
  label: number[]
  priority: Priority[]
  q: string
}

export const NO_FILTER: Filter = { assignee: [], status: [], label: [], priority: [], q: '' }

const list = (text: string | null) => (text ?? '').split(',').filter(Boolean)
const numbers = (text: string | null) => list(text).map(Number).filter(Number.isInteger)

export function filterOf(query: URLSearchParams): Filter {
  return {
    assignee: list(query.get('assignee')),
    status: numbers(query.get('status')),
    label: numbers(query.get('label')),
    priority: list(query.get('priority')).filter((word): word is Priority =>
      (PRIORITIES as readonly string[]).includes(word),
    ),
    q: query.get('q') ?? '',
  }
}

/** The same address with another filter; what else stands in it stays. */
export function withFilter(query: URLSearchParams, filter: Filter): URLSearchParams {
  const next = new URLSearchParams(query)
  const set = (name: string, value: string) => (value ? next.set(name, value) : next.delete(name))
  set('assignee', filter.assignee.join(','))
  set('status', filter.status.join(','))
  set('label', filter.label.join(','))
  set('priority', filter.priority.join(','))
  set('q', filter.q)
  return next
}

export const isFiltering = (filter: Filter): boolean =>
  filter.assignee.length + filter.status.length + filter.label.length + filter.priority.length > 0 ||
  filter.q !== ''

export function fits(task: Task, filter: Filter, me: string): boolean {
  const { assignee, status, label, priority, q } = filter
  if (
    assignee.length > 0 &&
    !assignee.some((who) =>
      who === 'none' ? task.assigneeIds.length === 0 : task.assigneeIds.includes(who === 'me' ? me : who),
    )
  )
    return false
  if (status.length > 0 && !status.includes(task.statusId)) return false
  if (label.length > 0 && !label.some((id) => task.labelIds.includes(id))) return false
  if (priority.length > 0 && !priority.includes(task.priority)) return false
  if (!q) return true
  const words = q.toLowerCase()
  return task.title.toLowerCase().includes(words) || task.key.toLowerCase() === words
}
