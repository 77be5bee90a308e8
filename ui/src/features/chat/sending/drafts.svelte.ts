import type { Store } from '$platform'
import { SvelteMap } from 'svelte/reactivity'

const WRITE_AFTER_MS = 300
/** What was changed here so lately is being typed: nothing from elsewhere comes over it. */
const TYPING_MS = 30_000
/** The moment of a draft of which nothing else is known: older than every other. */
const LONG_AGO = 1

/** What was begun and not sent, per conversation, kept on the device. Each has the moment of its last change. */
export class Drafts {
  #store: Store
  #prefix: string
  #atPrefix: string
  #drafts = new SvelteMap<string, string>()
  #at = new Map<string, number>()
  /** When they were last changed by hand, here. */
  #typed = new Map<string, number>()
  #timers = new Map<string, ReturnType<typeof setTimeout>>()
  /** What came from elsewhere while something was being typed. */
  #held = new Map<string, ReturnType<typeof setTimeout>>()
  #unwatch: (() => void)[]

  /** Hears which one was changed by hand, here. */
  onchange: (id: string) => void = () => {}

  constructor(owner: string, store: Store) {
    this.#store = store
    this.#prefix = `hearth.draft.${owner}.`
    this.#atPrefix = `hearth.draft-at.${owner}.`
    for (const key of store.keys(this.#prefix)) {
      const id = key.slice(this.#prefix.length)
      this.#drafts.set(id, store.get(key) ?? '')
      this.#at.set(id, LONG_AGO)
    }
    for (const key of store.keys(this.#atPrefix)) {
      this.#at.set(key.slice(this.#atPrefix.length), Number(store.get(key)) || LONG_AGO)
    }
    this.#unwatch = [
      store.watch(this.#prefix, (key, value) => {
        const id = key.slice(this.#prefix.length)
        if (value) this.#drafts.set(id, value)
        else this.#drafts.delete(id)
      }),
      store.watch(this.#atPrefix, (key, value) => {
        const id = key.slice(this.#atPrefix.length)
        this.#at.set(id, Math.max(this.at(id), Number(value) || 0))
      }),
    ]
  }

  /** `id` is a channel's, or whatever names a conversation that does not exist yet. */
  get(id: string): string {
    return this.#drafts.get(id) ?? ''
  }

  has(id: string): boolean {
    return this.get(id).trim() !== ''
  }

  /** Those in which something is written, the last changed first. */
  get ids(): string[] {
    return [...this.#drafts.keys()].filter((id) => this.has(id)).sort((a, b) => this.at(b) - this.at(a))
  }

  /** All of which anything is known, also that they were emptied. */
  get known(): string[] {
    return [...this.#at.keys()]
  }

  /** When it was last changed; 0 where nothing is known of it. */
  at(id: string): number {
    return this.#at.get(id) ?? 0
  }

  set(id: string, text: string): void {
    if (text === this.get(id)) return
    // Later than what is known, whatever the clock of this device says.
    const now = Date.now()
    this.#at.set(id, Math.max(now, this.at(id) + 1))
    this.#typed.set(id, now)
    this.#put(id, text)
    if (text) {
      clearTimeout(this.#timers.get(id))
      this.#timers.set(
        id,
        setTimeout(() => this.#write(id), WRITE_AFTER_MS),
      )
    } else this.#write(id)
    this.onchange(id)
  }

  /** What was written elsewhere, where it is newer and nothing is being typed here. */
  take(id: string, text: string, at: number): void {
    clearTimeout(this.#held.get(id))
    this.#held.delete(id)
    if (at <= this.at(id)) return
    const left = (this.#typed.get(id) ?? 0) + TYPING_MS - Date.now()
    if (left > 0 && this.has(id) && text !== this.get(id)) {
      this.#held.set(
        id,
        setTimeout(() => this.take(id, text, at), left),
      )
      return
    }
    this.#at.set(id, at)
    this.#put(id, text)
    this.#write(id)
    this.settled(id, at)
  }

  /** The hub has it as it is, under this moment. */
  settled(id: string, at: number): void {
    this.#at.set(id, at)
    // That it was emptied is remembered there.
    if (this.get(id)) this.#store.set(this.#atPrefix + id, String(at))
    else this.#store.remove(this.#atPrefix + id)
  }

  /** A conversation that did not exist when it was written to exists now. */
  move(from: string, to: string): void {
    const text = this.get(from)
    if (!text) return
    this.set(to, text)
    this.set(from, '')
  }

  stop(): void {
    for (const unwatch of this.#unwatch) unwatch()
    for (const timer of this.#held.values()) clearTimeout(timer)
    this.keep()
  }

  /** Writes at once what would be written in a moment: the page may be going away. */
  keep(): void {
    for (const id of [...this.#timers.keys()]) this.#write(id)
  }

  #put(id: string, text: string) {
    if (text) this.#drafts.set(id, text)
    else this.#drafts.delete(id)
  }

  #write(id: string) {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    const text = this.get(id)
    // Of a conversation that does not exist yet nobody else hears.
    if (text || !id.startsWith('dm.')) this.#store.set(this.#atPrefix + id, String(this.at(id)))
    else this.#store.remove(this.#atPrefix + id)
    if (text) this.#store.set(this.#prefix + id, text)
    else this.#store.remove(this.#prefix + id)
  }
}
