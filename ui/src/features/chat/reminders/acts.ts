import { goto } from '$app/navigation'
import { createReminder, deleteReminder, updateReminder, type Reminder } from '$api'
import type { Hearth } from '$features/hub'
import { m } from '$paraglide/messages.js'
import { formatWhen, type Toasts } from '$shared'
import { problemText } from '../problems'

export interface Wish {
  text?: string
  message?: { channelId: string; number: number }
}

/** Throws what the server says against it. */
export async function remind(
  hearth: Hearth,
  toasts: Toasts,
  { text, message }: Wish,
  at: number,
): Promise<void> {
  const dueAt = new Date(at).toISOString()
  const reminder = await createReminder({
    dueAt,
    ...(text ? { text } : {}),
    ...(message ? { message: { channelId: message.channelId, number: message.number } } : {}),
  })
  hearth.apply({ name: 'reminder.updated', data: { reminder } })
  toasts.show({
    text: m.chat_remind_done({ time: formatWhen(at, Date.now()) }),
    action: { label: m.chat_later_see(), run: () => goto('/reminders') },
  })
}

/** Throws what the server says against it. */
export async function change(
  hearth: Hearth,
  { id }: Reminder,
  change: { text?: string; dueAt?: string; done?: boolean },
): Promise<void> {
  const reminder = await updateReminder(id, change)
  hearth.apply({ name: 'reminder.updated', data: { reminder } })
}

/** Done with it, or not after all. */
export async function setDone(
  hearth: Hearth,
  toasts: Toasts,
  reminder: Reminder,
  done: boolean,
): Promise<void> {
  try {
    await change(hearth, reminder, { done })
  } catch (error) {
    toasts.danger(problemText(error))
    return
  }
  if (!done) return
  toasts.show({
    text: m.chat_reminder_finished(),
    action: { label: m.chat_undo(), run: () => setDone(hearth, toasts, reminder, false) },
  })
}

export async function forget(hearth: Hearth, toasts: Toasts, { id }: Reminder): Promise<void> {
  try {
    await deleteReminder(id)
    hearth.apply({ name: 'reminder.removed', data: { id } })
  } catch (error) {
    toasts.danger(problemText(error))
  }
}
