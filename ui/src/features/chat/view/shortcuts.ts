import { m } from '$paraglide/messages.js'
import type { Shortcut } from '$shared'

interface Doings {
  move: (by: 1 | -1) => unknown
  editFocused: () => unknown
  markRead: () => unknown
}

export function messageShortcuts({ move, editFocused, markRead }: Doings): Shortcut[] {
  const group = m.chat_shortcuts_messages()
  return [
    { keys: 'j', label: m.chat_shortcut_next_message(), group, run: () => move(1) },
    { keys: 'k', label: m.chat_shortcut_previous_message(), group, run: () => move(-1) },
    { keys: 'e', label: m.chat_shortcut_edit(), group, run: editFocused },
    { keys: 'Escape', label: m.chat_shortcut_mark_read(), group, run: markRead },
  ]
}
