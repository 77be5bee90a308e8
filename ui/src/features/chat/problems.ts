import { isProblem } from '$api'
import { m } from '$paraglide/messages.js'

/** What went wrong, in the reader's words. */
export function problemText(error: unknown): string {
  if (!isProblem(error)) return m.chat_problem_unknown()
  switch (error.code) {
    case 'offline':
      return m.chat_problem_offline()
    case 'forbidden':
      return m.chat_problem_forbidden()
    case 'not_found':
      return m.chat_problem_not_found()
    case 'channel_archived':
      return m.chat_problem_archived()
    case 'poll_closed':
      return m.chat_problem_poll_closed()
    case 'channel_name_taken':
      return m.chat_problem_name_taken()
    case 'version_mismatch':
      return m.chat_edit_conflict()
    case 'payload_too_large':
      return m.chat_problem_too_long()
    case 'rate_limited':
    case 'busy':
      return m.chat_problem_busy()
    case 'quota_exceeded':
      return m.files_problem_quota()
    case 'disk_full':
      return m.chat_problem_disk_full()
    case 'validation':
      return error.errors[0]?.message ?? error.detail
    default:
      return m.chat_problem_unknown()
  }
}
