import type { Priority, RelationKind, StatusGroup } from '$api'
import { m } from '$paraglide/messages.js'
import { formatDate } from '$shared'
import { dateOf, daysBetween } from './days'

export const priorityName = (priority: Priority): string =>
  ({
    none: m.tasks_priority_none(),
    low: m.tasks_priority_low(),
    medium: m.tasks_priority_medium(),
    high: m.tasks_priority_high(),
    urgent: m.tasks_priority_urgent(),
  })[priority]

export const groupName = (group: StatusGroup): string =>
  ({
    backlog: m.tasks_group_backlog(),
    active: m.tasks_group_active(),
    done: m.tasks_group_done(),
    cancelled: m.tasks_group_cancelled(),
  })[group]

export const relationName = (kind: RelationKind): string =>
  ({
    blocks: m.tasks_relation_blocks(),
    blocked_by: m.tasks_relation_blocked_by(),
    relates: m.tasks_relation_relates(),
    duplicates: m.tasks_relation_duplicates(),
    duplicated_by: m.tasks_relation_duplicated_by(),
  })[kind]

/** `Today`, `Tomorrow`, or the date. */
export function dayName(day: string, today: string): string {
  const days = daysBetween(today, day)
  if (days === 0) return m.tasks_today()
  if (days === 1) return m.tasks_tomorrow()
  if (days === -1) return m.tasks_yesterday()
  return formatDate(dateOf(day), dateOf(today))
}
