import type { NewsKind } from '$api'
import { m } from '$paraglide/messages.js'

/** What happened to a task, in words; `status` is the name of that to which it went, where it is known. */
export function newsText(kind: NewsKind, by: string | undefined, status: string | null): string {
  const who = by ?? m.plan_news_hub()
  switch (kind) {
    case 'assigned':
      return m.plan_news_assigned({ who })
    case 'mentioned':
      return m.plan_news_mentioned({ who })
    case 'commented':
      return m.plan_news_commented({ who })
    case 'status':
      return status ? m.plan_news_status({ who, status }) : m.plan_news_status_plain({ who })
    case 'due_soon':
      return m.plan_news_due_soon()
    case 'overdue':
      return m.plan_news_overdue()
  }
}
