import { isProblem } from '$api'
import { m } from '$paraglide/messages.js'

/** What went wrong, in the reader's words. */
export function problemText(error: unknown): string {
  if (!isProblem(error)) return m.tasks_problem_unknown()
  switch (error.code) {
    case 'offline':
      return m.tasks_problem_offline()
    case 'forbidden':
      return m.tasks_problem_forbidden()
    case 'not_found':
      return m.tasks_problem_not_found()
    case 'project_archived':
      return m.tasks_problem_archived()
    case 'project_key_taken':
      return m.tasks_problem_key_taken()
    case 'status_in_use':
      return m.tasks_problem_status_in_use()
    case 'version_mismatch':
      return m.tasks_problem_stale()
    case 'rate_limited':
    case 'busy':
      return m.tasks_problem_busy()
    case 'disk_full':
      return m.tasks_problem_disk_full()
    case 'validation':
      return error.errors[0] ? `${error.errors[0].field} ${error.errors[0].message}`.trim() : error.detail
    default:
      return m.tasks_problem_unknown()
  }
}
