import type { Act, AuditEntry } from '$api'
import { m } from '$paraglide/messages'
import { browserName } from '$shared/device'

interface Words {
  who: string
  whom: string
  detail: string
}

interface Told {
  /** Its name in the choice of what to see. */
  kind: () => string
  sentence: (words: Words) => string
  /** Its detail is no part of the sentence and stands below it. */
  detailed?: true
}

const told: Record<Act, Told> = {
  team_started: {
    kind: m.admin_kind_team_started,
    sentence: (words) => m.admin_act_team_started(words),
  },
  person_joined: {
    kind: m.admin_kind_person_joined,
    sentence: (words) => m.admin_act_person_joined(words),
    detailed: true,
  },
  signed_in: {
    kind: m.admin_kind_signed_in,
    sentence: (words) => m.admin_act_signed_in(words),
    detailed: true,
  },
  sign_in_failed: {
    kind: m.admin_kind_sign_in_failed,
    sentence: (words) => m.admin_act_sign_in_failed(words),
  },
  sign_in_code_failed: {
    kind: m.admin_kind_sign_in_code_failed,
    sentence: (words) => m.admin_act_sign_in_code_failed(words),
  },
  sign_in_limited: {
    kind: m.admin_kind_sign_in_limited,
    sentence: (words) => m.admin_act_sign_in_limited(words),
  },
  sign_in_suspended: {
    kind: m.admin_kind_sign_in_suspended,
    sentence: (words) => m.admin_act_sign_in_suspended(words),
  },
  token_stolen: {
    kind: m.admin_kind_token_stolen,
    sentence: (words) => m.admin_act_token_stolen(words),
  },
  session_ended: {
    kind: m.admin_kind_session_ended,
    sentence: (words) => m.admin_act_session_ended(words),
    detailed: true,
  },
  sessions_ended: {
    kind: m.admin_kind_sessions_ended,
    sentence: (words) => m.admin_act_sessions_ended(words),
  },
  token_created: {
    kind: m.admin_kind_token_created,
    sentence: (words) => m.admin_act_token_created(words),
  },
  token_revoked: {
    kind: m.admin_kind_token_revoked,
    sentence: (words) => m.admin_act_token_revoked(words),
  },
  password_changed: {
    kind: m.admin_kind_password_changed,
    sentence: (words) => m.admin_act_password_changed(words),
  },
  password_wrong: {
    kind: m.admin_kind_password_wrong,
    sentence: (words) => m.admin_act_password_wrong(words),
  },
  email_changed: {
    kind: m.admin_kind_email_changed,
    sentence: (words) => m.admin_act_email_changed(words),
    detailed: true,
  },
  two_factor_on: {
    kind: m.admin_kind_two_factor_on,
    sentence: (words) => m.admin_act_two_factor_on(words),
  },
  two_factor_off: {
    kind: m.admin_kind_two_factor_off,
    sentence: (words) => m.admin_act_two_factor_off(words),
  },
  two_factor_reset: {
    kind: m.admin_kind_two_factor_reset,
    sentence: (words) => m.admin_act_two_factor_reset(words),
  },
  recovery_codes_renewed: {
    kind: m.admin_kind_recovery_codes_renewed,
    sentence: (words) => m.admin_act_recovery_codes_renewed(words),
  },
  recovery_code_used: {
    kind: m.admin_kind_recovery_code_used,
    sentence: (words) => m.admin_act_recovery_code_used(words),
    detailed: true,
  },
  person_added: {
    kind: m.admin_kind_person_added,
    sentence: (words) => m.admin_act_person_added(words),
  },
  reset_link_created: {
    kind: m.admin_kind_reset_link_created,
    sentence: (words) => m.admin_act_reset_link_created(words),
  },
  password_reset: {
    kind: m.admin_kind_password_reset,
    sentence: (words) => m.admin_act_password_reset(words),
  },
  role_changed: {
    kind: m.admin_kind_role_changed,
    sentence: (words) => m.admin_act_role_changed(words),
    detailed: true,
  },
  profile_changed: {
    kind: m.admin_kind_profile_changed,
    sentence: (words) => m.admin_act_profile_changed(words),
    detailed: true,
  },
  bot_created: {
    kind: m.admin_kind_bot_created,
    sentence: (words) => m.admin_act_bot_created(words),
  },
  bot_token_created: {
    kind: m.admin_kind_bot_token_created,
    sentence: (words) => m.admin_act_bot_token_created(words),
  },
  bot_token_revoked: {
    kind: m.admin_kind_bot_token_revoked,
    sentence: (words) => m.admin_act_bot_token_revoked(words),
  },
  hook_created: {
    kind: m.admin_kind_hook_created,
    sentence: (words) => m.admin_act_hook_created(words),
    detailed: true,
  },
  hook_rotated: {
    kind: m.admin_kind_hook_rotated,
    sentence: (words) => m.admin_act_hook_rotated(words),
    detailed: true,
  },
  hook_removed: {
    kind: m.admin_kind_hook_removed,
    sentence: (words) => m.admin_act_hook_removed(words),
    detailed: true,
  },
  outgoing_created: {
    kind: m.admin_kind_outgoing_created,
    sentence: (words) => m.admin_act_outgoing_created(words),
  },
  outgoing_changed: {
    kind: m.admin_kind_outgoing_changed,
    sentence: (words) => m.admin_act_outgoing_changed(words),
  },
  outgoing_rotated: {
    kind: m.admin_kind_outgoing_rotated,
    sentence: (words) => m.admin_act_outgoing_rotated(words),
  },
  outgoing_removed: {
    kind: m.admin_kind_outgoing_removed,
    sentence: (words) => m.admin_act_outgoing_removed(words),
  },
  outgoing_stopped: {
    kind: m.admin_kind_outgoing_stopped,
    sentence: (words) => m.admin_act_outgoing_stopped(words),
  },
  command_created: {
    kind: m.admin_kind_command_created,
    sentence: (words) => m.admin_act_command_created(words),
  },
  command_changed: {
    kind: m.admin_kind_command_changed,
    sentence: (words) => m.admin_act_command_changed(words),
  },
  command_rotated: {
    kind: m.admin_kind_command_rotated,
    sentence: (words) => m.admin_act_command_rotated(words),
  },
  command_removed: {
    kind: m.admin_kind_command_removed,
    sentence: (words) => m.admin_act_command_removed(words),
  },
  person_suspended: {
    kind: m.admin_kind_person_suspended,
    sentence: (words) => m.admin_act_person_suspended(words),
  },
  person_resumed: {
    kind: m.admin_kind_person_resumed,
    sentence: (words) => m.admin_act_person_resumed(words),
  },
  person_removed: {
    kind: m.admin_kind_person_removed,
    sentence: (words) => m.admin_act_person_removed(words),
  },
  invite_created: {
    kind: m.admin_kind_invite_created,
    sentence: (words) => m.admin_act_invite_created(words),
    detailed: true,
  },
  invite_revoked: {
    kind: m.admin_kind_invite_revoked,
    sentence: (words) => m.admin_act_invite_revoked(words),
    detailed: true,
  },
  group_created: {
    kind: m.admin_kind_group_created,
    sentence: (words) => m.admin_act_group_created(words),
  },
  group_changed: {
    kind: m.admin_kind_group_changed,
    sentence: (words) => m.admin_act_group_changed(words),
  },
  group_removed: {
    kind: m.admin_kind_group_removed,
    sentence: (words) => m.admin_act_group_removed(words),
  },
  channel_exported: {
    kind: m.admin_kind_channel_exported,
    sentence: (words) => m.admin_act_channel_exported(words),
    detailed: true,
  },
  project_exported: {
    kind: m.admin_kind_project_exported,
    sentence: (words) => m.admin_act_project_exported(words),
  },
  settings_changed: {
    kind: m.admin_kind_settings_changed,
    sentence: (words) => m.admin_act_settings_changed(words),
    detailed: true,
  },
  mail_changed: {
    kind: m.admin_kind_mail_changed,
    sentence: (words) => m.admin_act_mail_changed(words),
    detailed: true,
  },
  network_changed: {
    kind: m.admin_kind_network_changed,
    sentence: (words) => m.admin_act_network_changed(words),
  },
  backup_started: {
    kind: m.admin_kind_backup_started,
    sentence: (words) => m.admin_act_backup_started(words),
  },
  backup_made: {
    kind: m.admin_kind_backup_made,
    sentence: () => m.admin_act_backup_made(),
    detailed: true,
  },
  backup_failed: {
    kind: m.admin_kind_backup_failed,
    sentence: () => m.admin_act_backup_failed(),
  },
  backup_downloaded: {
    kind: m.admin_kind_backup_downloaded,
    sentence: (words) => m.admin_act_backup_downloaded(words),
    detailed: true,
  },
  backup_removed: {
    kind: m.admin_kind_backup_removed,
    sentence: (words) => m.admin_act_backup_removed(words),
    detailed: true,
  },
  backup_plan_changed: {
    kind: m.admin_kind_backup_plan_changed,
    sentence: (words) => m.admin_act_backup_plan_changed(words),
    detailed: true,
  },
  backup_uploaded: {
    kind: m.admin_kind_backup_uploaded,
    sentence: (words) => m.admin_act_backup_uploaded(words),
    detailed: true,
  },
  restore_prepared: {
    kind: m.admin_kind_restore_prepared,
    sentence: (words) => m.admin_act_restore_prepared(words),
    detailed: true,
  },
  restore_failed: {
    kind: m.admin_kind_restore_failed,
    sentence: (words) => m.admin_act_restore_failed(words),
    detailed: true,
  },
  restore_cancelled: {
    kind: m.admin_kind_restore_cancelled,
    sentence: (words) => m.admin_act_restore_cancelled(words),
  },
  import_uploaded: {
    kind: m.moving_kind_import_uploaded,
    sentence: (words) => m.moving_act_import_uploaded(words),
    detailed: true,
  },
  import_started: {
    kind: m.moving_kind_import_started,
    sentence: (words) => m.moving_act_import_started(words),
    detailed: true,
  },
  import_stopped: {
    kind: m.moving_kind_import_stopped,
    sentence: () => m.moving_act_import_stopped(),
    detailed: true,
  },
  import_finished: {
    kind: m.moving_kind_import_finished,
    sentence: () => m.moving_act_import_finished(),
    detailed: true,
  },
  import_failed: {
    kind: m.moving_kind_import_failed,
    sentence: () => m.moving_act_import_failed(),
    detailed: true,
  },
  import_removed: {
    kind: m.moving_kind_import_removed,
    sentence: (words) => m.moving_act_import_removed(words),
    detailed: true,
  },
  export_started: {
    kind: m.moving_kind_export_started,
    sentence: (words) => m.moving_act_export_started(words),
  },
  export_made: {
    kind: m.moving_kind_export_made,
    sentence: () => m.moving_act_export_made(),
    detailed: true,
  },
  export_failed: {
    kind: m.moving_kind_export_failed,
    sentence: () => m.moving_act_export_failed(),
  },
  export_downloaded: {
    kind: m.moving_kind_export_downloaded,
    sentence: (words) => m.moving_act_export_downloaded(words),
    detailed: true,
  },
  export_removed: {
    kind: m.moving_kind_export_removed,
    sentence: (words) => m.moving_act_export_removed(words),
    detailed: true,
  },
}

export const acts = Object.keys(told) as Act[]

export const actName = (act: Act): string => told[act].kind()

/** What was done, as one sentence. */
export function sentence(entry: AuditEntry, nameOf: (id: string) => string | undefined): string {
  const unknown = m.admin_audit_somebody()
  const who = entry.actor ? (nameOf(entry.actor) ?? unknown) : unknown
  const whom = entry.target ? (nameOf(entry.target) ?? unknown) : unknown
  // Of the hub itself, by its plan.
  if (entry.act === 'backup_removed' && !entry.actor) return m.admin_act_backup_pruned()
  // An admin did it to somebody else's.
  if (entry.target && entry.actor) {
    if (entry.act === 'session_ended') return m.admin_act_session_ended_of({ who, whom })
    if (entry.act === 'sessions_ended') return m.admin_act_sessions_ended_of({ who, whom })
    if (entry.act === 'token_revoked')
      return m.admin_act_token_revoked_of({ who, whom, detail: entry.detail })
  }
  return told[entry.act].sentence({ who, whom, detail: entry.detail })
}

/** What the sentence does not say: a device, a role, what was changed. */
export const more = (entry: AuditEntry): string => (told[entry.act].detailed ? browserName(entry.detail) : '')
