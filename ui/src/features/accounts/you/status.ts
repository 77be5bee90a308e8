import { m } from '$paraglide/messages'

/** The emoji that a status is usually about. */
export const STATUS_EMOJI = [
  '💬',
  '📅',
  '🎧',
  '🏠',
  '🚆',
  '🚗',
  '🍽️',
  '☕',
  '🤒',
  '🏝️',
  '🎉',
  '🌙',
  '🔧',
  '🧪',
  '📦',
  '🎨',
  '💡',
  '📞',
  '🧘',
  '🏃',
  '👶',
  '🐕',
  '🔥',
  '✅',
] as const

export interface StatusIdea {
  emoji: string
  text: string
}

/** What people set most; one press fills it in. */
export function statusIdeas(): StatusIdea[] {
  return [
    { emoji: '📅', text: m.settings_status_meeting() },
    { emoji: '🍽️', text: m.settings_status_lunch() },
    { emoji: '🎧', text: m.settings_status_focus() },
    { emoji: '🏠', text: m.settings_status_home() },
    { emoji: '🤒', text: m.settings_status_sick() },
    { emoji: '🏝️', text: m.settings_status_holiday() },
  ]
}
