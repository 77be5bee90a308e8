import { conversationPath } from '$features/hub'
import { m } from '$paraglide/messages.js'
import type { Shortcut } from '$shared'
import type { Chat } from '../chat.svelte'
import { walkOrder } from './sections'

interface Ways {
  /** The conversation on screen. */
  here: () => string | undefined
  go: (path: string) => unknown
}

/** From conversation to conversation by key, in the order of the side bar. */
export function walkShortcuts(chat: Chat, { here, go }: Ways): Shortcut[] {
  const group = m.chat_shortcuts_conversations()

  function step(by: 1 | -1, unreadOnly: boolean) {
    const { hearth } = chat
    const order = walkOrder(hearth, here())
    const from = order.findIndex((channel) => channel.id === here())
    for (let steps = 1; steps <= order.length; steps++) {
      const at = from < 0 ? (by > 0 ? steps - 1 : order.length - steps) : from + by * steps
      const channel = order[((at % order.length) + order.length) % order.length]
      if (!channel || channel.id === here()) continue
      if (!unreadOnly || chat.waiting(channel.id) > 0) return go(conversationPath(hearth, channel))
    }
  }

  const keys = (label: string, name: string, run: () => unknown): Shortcut => ({
    keys: name,
    label,
    group,
    whileTyping: true,
    run,
  })
  return [
    keys(m.chat_shortcut_next(), 'Alt+ArrowDown', () => step(1, false)),
    keys(m.chat_shortcut_previous(), 'Alt+ArrowUp', () => step(-1, false)),
    keys(m.chat_shortcut_next_unread(), 'Alt+Shift+ArrowDown', () => step(1, true)),
    keys(m.chat_shortcut_previous_unread(), 'Alt+Shift+ArrowUp', () => step(-1, true)),
    {
      keys: 'Shift+Escape',
      label: m.chat_mark_all_read(),
      group,
      whileTyping: true,
      run: () => chat.markAllRead(),
    },
    { keys: 'g c', label: m.chat_shortcut_go_chat(), group, run: () => go('/chat') },
    { keys: 'g r', label: m.chat_shortcut_go_threads(), group, run: () => go('/threads') },
    { keys: 'g m', label: m.chat_shortcut_go_mentions(), group, run: () => go('/mentions') },
    { keys: 'g u', label: m.chat_shortcut_go_unreads(), group, run: () => go('/unreads') },
    { keys: 'g s', label: m.chat_shortcut_go_saved(), group, run: () => go('/saved') },
  ]
}
