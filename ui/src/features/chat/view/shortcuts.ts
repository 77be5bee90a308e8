import { m } from '$paraglide/messages.js'
import type { Shortcut } from '$shared'

interface Doings {
  move: (by: 1 | -1) => unknown
  edit: () => unknown
  react: () => unknown
  reply: () => unknown
  markRead: () => unknown
  markUnread: () => unknown
}

export function messageShortcuts({ move, edit, react, reply, markRead, markUnread }: Doings): Shortcut[] {
  const group = m.chat_shortcuts_messages()
  const writing = m.chat_shortcuts_writing()
  const heard = (keys: string, label: string): Shortcut => ({ keys, label, group: writing })
  return [
    { keys: 'j', label: m.chat_shortcut_next_message(), group, run: () => move(1) },
    { keys: 'k', label: m.chat_shortcut_previous_message(), group, run: () => move(-1) },
    { keys: 'e', label: m.chat_shortcut_edit(), group, run: edit },
    { keys: 'r', label: m.chat_reply(), group, run: reply },
    { keys: ':', label: m.chat_react(), group, run: react },
    { keys: 'Shift+:', label: m.chat_react(), group, run: react },
    { keys: 'Shift+u', label: m.chat_mark_unread(), group, run: markUnread },
    { keys: 'Shift+U', label: m.chat_mark_unread(), group, run: markUnread },
    { keys: 'Escape', label: m.chat_shortcut_mark_read(), group, run: markRead },
    heard('Enter', m.chat_send()),
    heard('Shift+Enter', m.chat_shortcut_new_line()),
    heard('ArrowUp', m.chat_shortcut_edit_last()),
    heard('$mod+b', m.chat_format_bold()),
    heard('$mod+i', m.chat_format_italic()),
    heard('$mod+e', m.chat_format_code()),
  ]
}
