import { isProblem } from '$api'
import { m } from '$paraglide/messages'
import { formatWait } from '$shared'

/** One sentence for a person: what went wrong and what to do. */
export function explain(error: unknown): string {
  if (!isProblem(error)) return m.accounts_problem_unknown()
  switch (error.code) {
    case 'offline':
      return m.accounts_problem_offline()
    case 'rate_limited':
      return error.retryAfter
        ? m.accounts_problem_rate_limited_for({ wait: formatWait(error.retryAfter) })
        : m.accounts_problem_rate_limited()
    case 'busy':
      return m.accounts_problem_busy()
    case 'disk_full':
      return m.accounts_problem_disk_full()
    case 'forbidden':
      return m.accounts_problem_forbidden()
    case 'not_found':
      return m.accounts_problem_not_found()
    case 'no_token':
    case 'invalid_token':
      return m.accounts_problem_signed_out()
    case 'suspended':
      return m.accounts_problem_suspended()
    case 'code_invalid':
      return m.accounts_problem_code_invalid()
    case 'sign_in_expired':
      return m.accounts_problem_sign_in_expired()
    case 'two_factor_required':
      return m.accounts_problem_two_factor_required()
    case 'email_taken':
      return m.accounts_problem_email_taken()
    case 'username_taken':
      return m.accounts_problem_username_taken()
    case 'wrong_password':
      return m.accounts_problem_wrong_password()
    case 'invite_invalid':
      return m.accounts_problem_invite_invalid()
    case 'registration_closed':
      return m.accounts_problem_registration_closed()
    case 'last_owner':
      return m.accounts_problem_last_owner()
    case 'version_mismatch':
      return m.accounts_problem_version_mismatch()
    case 'payload_too_large':
      return m.accounts_problem_too_large()
    case 'unsupported_media_type':
      return m.accounts_problem_wrong_type()
    case 'backup_foreign':
      return m.accounts_problem_backup_foreign()
    case 'backup_damaged':
      return m.accounts_problem_backup_damaged()
    case 'backup_newer':
      return m.accounts_problem_backup_newer()
    case 'import_foreign':
      return m.moving_problem_code_foreign()
    case 'import_damaged':
      return m.moving_problem_code_damaged()
    case 'fixed_by_configuration':
      return m.accounts_problem_fixed()
    case 'validation':
      return error.detail || m.accounts_problem_validation()
    default:
      return m.accounts_problem_unknown()
  }
}

/** Which field a problem is about, when its code says so. */
export function fieldOf(error: unknown): string | undefined {
  if (isProblem(error, 'email_taken')) return 'email'
  if (isProblem(error, 'username_taken')) return 'username'
  if (isProblem(error, 'wrong_password')) return 'currentPassword'
  return undefined
}
