import type { ProblemCode } from '$api'
import { m } from '$paraglide/messages.js'

/** Why a file was not taken, in the reader's words. */
export function uploadProblem(code: ProblemCode | undefined): string {
  switch (code) {
    case 'payload_too_large':
      return m.files_problem_too_large()
    case 'quota_exceeded':
      return m.files_problem_quota()
    case 'disk_full':
      return m.files_problem_disk_full()
    default:
      return m.files_problem_unknown()
  }
}
