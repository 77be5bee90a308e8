import { SvelteMap } from 'svelte/reactivity'

const ENDS_AFTER_MS = 6_000

/** Who is writing where. A notice ends by itself, or with the message it announced. */
export class Typing {
  #writers = new SvelteMap<string, readonly string[]>()
  #timers = new Map<string, ReturnType<typeof setTimeout>>()
  #me: () => string

  constructor(me: () => string) {
    this.#me = me
  }

  /** The people writing in a conversation, in the order they began. */
  in(channelId: string): readonly string[] {
    return this.#writers.get(channelId) ?? []
  }

  noticed(channelId: string, userId: string): void {
    if (userId === this.#me()) return
    const key = `${channelId} ${userId}`
    clearTimeout(this.#timers.get(key))
    this.#timers.set(
      key,
      setTimeout(() => this.ended(channelId, userId), ENDS_AFTER_MS),
    )
    const writers = this.in(channelId)
    if (!writers.includes(userId)) this.#writers.set(channelId, [...writers, userId])
  }

  ended(channelId: string, userId: string): void {
    const key = `${channelId} ${userId}`
    clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
    const writers = this.in(channelId)
    if (writers.includes(userId)) {
      this.#writers.set(
        channelId,
        writers.filter((writer) => writer !== userId),
      )
    }
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    this.#writers.clear()
  }
}
