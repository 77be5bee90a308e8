import type { Store } from '$platform'
import { SvelteMap } from 'svelte/reactivity'

const WRITE_AFTER_MS = 300

/** What was begun and not sent, per conversation, kept on the device. */
export class Drafts {
  #store: Store
  #prefix: string
  #drafts = new SvelteMap<string, string>()
  #timers = new Map<string, ReturnType<typeof setTimeout>>()
  #unwatch: () => void

  constructor(owner: string, store: Store) {
    this.#store = store
    this.#prefix = `hearth.draft.${owner}.`
    for (const key of store.keys(this.#prefix)) {
      this.#drafts.set(key.slice(this.#prefix.length), store.get(key) ?? '')
    }
    this.#unwatch = store.watch(this.#prefix, (key, value) => {
      const id = key.slice(this.#prefix.length)
      if (value) this.#drafts.set(id, value)
      else this.#drafts.delete(id)
    })
  }

  /** `id` is a channel's, or whatever names a conversation that does not exist yet. */
  get(id: string): string {
    return this.#drafts.get(id) ?? ''
  }

  has(id: string): boolean {
    return this.get(id).trim() !== ''
  }

  set(id: string, text: string): void {
    if (text === this.get(id)) return
    if (text) this.#drafts.set(id, text)
    else this.#drafts.delete(id)
    clearTimeout(this.#timers.get(id))
    if (!text) return this.#store.remove(this.#prefix + id)
    this.#timers.set(
      id,
      setTimeout(() => this.#write(id), WRITE_AFTER_MS),
    )
  }

  /** A conversation that did not exist when it was written to exists now. */
  move(from: string, to: string): void {
    const text = this.get(from)
    if (!text) return
    this.set(to, text)
    this.set(from, '')
  }

  stop(): void {
    this.#unwatch()
    this.keep()
  }

  /** Writes at once what would be written in a moment: the page may be going away. */
  keep(): void {
    for (const id of [...this.#timers.keys()]) this.#write(id)
  }

  #write(id: string) {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    const text = this.get(id)
    if (text) this.#store.set(this.#prefix + id, text)
  }
}
