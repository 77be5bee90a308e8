import { m } from '$paraglide/messages.js'
import type { Snooze } from './decide'

/** For how long one can be left alone. */
export const snoozes = (): { value: Snooze; label: string }[] => [
  { value: 'half', label: m.notifications_half_hour() },
  { value: 'hour', label: m.notifications_one_hour() },
  { value: 'two', label: m.notifications_two_hours() },
  { value: 'tomorrow', label: m.notifications_until_tomorrow() },
]
