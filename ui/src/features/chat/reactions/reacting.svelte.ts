import type { Message, MessageReactions } from '$api'
import { placeOf } from '$features/hub'
import { SvelteMap } from 'svelte/reactivity'
import { chipsOf, type Chip, type Wishes } from './chips'

interface Way {
  me: () => string
  tell: (message: Message, emoji: string, there: boolean) => Promise<MessageReactions>
  /** The server's answer. */
  told: (reactions: MessageReactions) => void
  failed: (error: unknown) => void
}

/** My reactions: on screen at once, told one after the other, and taken back where the server refuses. */
export class Reacting {
  #way: Way
  #wishes = new SvelteMap<string, Wishes>()
  #telling = new Set<string>()

  constructor(way: Way) {
    this.#way = way
  }

  chips(message: Message): Chip[] {
    return chipsOf(message, this.#way.me(), this.#wishes.get(placeOf(message)))
  }

  /** Joins in, or takes back all of mine of this kind. */
  toggle(message: Message, chip: Chip): void {
    if (chip.mine.length === 0) this.add(message, chip.emoji)
    else for (const emoji of chip.mine) this.#wish(message, emoji, false)
  }

  add(message: Message, emoji: string): void {
    this.#wish(message, emoji, true)
  }

  #wish(message: Message, emoji: string, there: boolean) {
    const place = placeOf(message)
    this.#wishes.set(place, new Map(this.#wishes.get(place)).set(emoji, there))
    void this.#work(message, emoji)
  }

  /** One call at a time for each emoji: whoever presses twice quickly is answered as if they had not. */
  async #work(message: Message, emoji: string) {
    const place = placeOf(message)
    const key = `${place} ${emoji}`
    if (this.#telling.has(key)) return
    this.#telling.add(key)
    try {
      for (;;) {
        const there = this.#wishes.get(place)?.get(emoji)
        if (there === undefined) return
        const told = await this.#way.tell(message, emoji, there)
        this.#way.told(told)
        if (this.#wishes.get(place)?.get(emoji) === there) return
      }
    } catch (error) {
      this.#way.failed(error)
    } finally {
      this.#forget(place, emoji)
      this.#telling.delete(key)
    }
  }

  #forget(place: string, emoji: string) {
    const left = new Map(this.#wishes.get(place))
    left.delete(emoji)
    if (left.size > 0) this.#wishes.set(place, left)
    else this.#wishes.delete(place)
  }
}
