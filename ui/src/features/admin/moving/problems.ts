import type { ImportFlaw, ImportProblemKind, ImportState } from '$api'
import { m } from '$paraglide/messages'

const kinds: Record<ImportProblemKind, () => string> = {
  file_missing: m.moving_problem_file_missing,
  file_too_large: m.moving_problem_file_too_large,
  file_unreadable: m.moving_problem_file_unreadable,
  files_too_many: m.moving_problem_files_too_many,
  custom_emoji: m.moving_problem_custom_emoji,
  reactions_too_many: m.moving_problem_reactions_too_many,
  root_missing: m.moving_problem_root_missing,
  pin_missing: m.moving_problem_pin_missing,
  pins_too_many: m.moving_problem_pins_too_many,
  notice: m.moving_problem_notice,
  message_empty: m.moving_problem_message_empty,
  message_unreadable: m.moving_problem_message_unreadable,
  day_unreadable: m.moving_problem_day_unreadable,
  folder_unknown: m.moving_problem_folder_unknown,
  conversation_unreadable: m.moving_problem_conversation_unreadable,
  conversation_deserted: m.moving_problem_conversation_deserted,
  conversation_too_large: m.moving_problem_conversation_too_large,
  direct_taken: m.moving_problem_direct_taken,
  channel_renamed: m.moving_problem_channel_renamed,
  topic_cut: m.moving_problem_topic_cut,
  person_unreadable: m.moving_problem_person_unreadable,
  person_renamed: m.moving_problem_person_renamed,
  role_lowered: m.moving_problem_role_lowered,
  entry_unknown: m.moving_problem_entry_unknown,
}

/** What of an archive could not be brought as it was. */
export const problemName = (kind: ImportProblemKind): string => kinds[kind]()

const flaws: Record<ImportFlaw, () => string> = {
  foreign: m.moving_flaw_foreign,
  damaged: m.moving_flaw_damaged,
  disk_full: m.moving_flaw_disk_full,
  busy: m.moving_flaw_busy,
  internal: m.moving_flaw_internal,
}

/** Why it ended early, and what to do. */
export const flawText = (flaw: ImportFlaw): string => flaws[flaw]()

const states: Record<ImportState, () => string> = {
  unread: m.moving_import_state_unread,
  reading: m.moving_import_state_reading,
  ready: m.moving_import_state_ready,
  running: m.moving_import_state_running,
  stopped: m.moving_import_state_stopped,
  done: m.moving_import_state_done,
}

export const stateName = (state: ImportState): string => states[state]()
