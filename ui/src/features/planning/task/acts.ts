import type { Priority, TaskActivity } from '$api'
import { priorityName, recurrenceText } from '$features/tasks'
import { m } from '$paraglide/messages.js'

/** An entry of a task's history as a sentence. */
export function actText(act: TaskActivity, nameOf: (userId: string) => string): string {
  const who = nameOf(act.userId)
  const from = act.from ?? m.tasks_none()
  const to = act.to ?? m.tasks_none()
  switch (act.field) {
    case 'created':
      return act.from ? m.plan_act_created_after({ who, key: act.from }) : m.tasks_act_created({ who })
    case 'recurred':
      return m.plan_act_recurred({ key: to })
    case 'recurrence': {
      const text = (rule: string | null) =>
        rule ? recurrenceText(rule, (day) => day) : m.plan_not_repeating()
      return m.tasks_act_changed({
        who,
        what: m.plan_repeat(),
        from: text(act.from),
        to: text(act.to),
      })
    }
    case 'deleted':
      return m.tasks_act_deleted({ who })
    case 'restored':
      return m.tasks_act_restored({ who })
    case 'title':
      return m.tasks_act_title({ who, to })
    case 'description':
      return m.tasks_act_description({ who })
    case 'assignee':
      return act.to
        ? m.tasks_act_assigned({ who, to: nameOf(act.to) })
        : m.tasks_act_unassigned({ who, from: nameOf(act.from ?? '') })
    case 'label':
      return act.to ? m.tasks_act_labelled({ who, to }) : m.tasks_act_unlabelled({ who, from })
    case 'priority':
      return m.tasks_act_changed({
        who,
        what: m.tasks_priority(),
        from: priorityName(from as Priority),
        to: priorityName(to as Priority),
      })
    case 'check':
      return act.to ? m.tasks_act_check({ who, to }) : m.tasks_act_uncheck({ who, from })
    case 'relation':
      return act.to
        ? m.tasks_act_related({ who, to: act.to.replace('_', ' ') })
        : m.tasks_act_unrelated({ who, from: from.replace('_', ' ') })
    default: {
      const names: Record<string, string> = {
        status: m.tasks_status(),
        start: m.tasks_start(),
        due: m.tasks_due(),
        estimate: m.tasks_estimate(),
        parent: m.tasks_part_of(),
      }
      return m.tasks_act_changed({ who, what: names[act.field] ?? act.field, from, to })
    }
  }
}
