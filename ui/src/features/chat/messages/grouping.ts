import type { Message } from '$api'

const SAME_BREATH_MS = 5 * 60_000

/** Whether a message goes on under the name of the one before it. */
export function continues(message: Message, before: Message | undefined): boolean {
  return (
    before !== undefined &&
    before.authorId === message.authorId &&
    before.alias?.name === message.alias?.name &&
    before.alias?.emoji === message.alias?.emoji &&
    before.deletedAt === null &&
    message.deletedAt === null &&
    Date.parse(message.createdAt) - Date.parse(before.createdAt) < SAME_BREATH_MS &&
    sameDay(message.createdAt, before.createdAt)
  )
}

/** In the reader's time zone. */
export function sameDay(a: string, b: string): boolean {
  const one = new Date(a)
  const two = new Date(b)
  return (
    one.getDate() === two.getDate() &&
    one.getMonth() === two.getMonth() &&
    one.getFullYear() === two.getFullYear()
  )
}
