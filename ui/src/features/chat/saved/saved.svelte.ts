import { listSaved, type Message, type Saved, type ThreadPlace } from '$api'
import { messageAt, placeOf, type Hearth, type HubEvent } from '$features/hub'
import { SvelteMap } from 'svelte/reactivity'

const PAGE = 50

/** The messages that I saved, the last one first, with what they say as far as it was fetched. */
export class SavedMessages {
  #hearth: Hearth
  #texts = new SvelteMap<string, Message | null>()
  /** What the threads hang on that some of them are in, by the thread's id. */
  #threads = new SvelteMap<string, ThreadPlace>()
  #wanted = $state(PAGE)
  #loading = false
  failed = $state.raw<unknown>()

  constructor(hearth: Hearth) {
    this.#hearth = hearth
  }

  readonly #all: readonly Saved[] = $derived.by(() =>
    Object.values(this.#hearth.saved).sort((a, b) => b.savedAt.localeCompare(a.savedAt)),
  )

  readonly shown = $derived.by(() => this.#all.slice(0, this.#wanted))
  /** How many of those on screen are still to be fetched. */
  readonly missing = $derived.by(() => this.shown.filter((saved) => !this.#known(saved)).length)

  get total(): number {
    return this.#all.length
  }

  /** Undefined until it is known; null where it may not be read. */
  at(saved: Saved): Message | null | undefined {
    const window = this.#hearth.windows[saved.channelId]
    return (window && messageAt(window, saved.number)) ?? this.#texts.get(placeOf(saved))
  }

  /** What the thread hangs on that it is in, if it is in one. */
  threadOf({ channelId }: Saved): ThreadPlace | undefined {
    return this.#hearth.memberships[channelId]?.thread ?? this.#threads.get(channelId)
  }

  /** A thread that is open shows what its messages say; where it is may still have to be asked. */
  #known(saved: Saved): boolean {
    if (this.#texts.has(placeOf(saved))) return true
    const placed = saved.channelId in this.#hearth.channels || this.threadOf(saved) !== undefined
    return placed && this.at(saved) !== undefined
  }

  /** Keeps what is on screen true; returns how to stop. */
  start(): () => void {
    return this.#hearth.listen((event) => this.#hear(event))
  }

  more(): void {
    this.#wanted += PAGE
  }

  async load(): Promise<void> {
    if (this.#loading || this.missing === 0) return
    this.#loading = true
    try {
      // The list may have moved by a few since: the page after the last is asked for as well where it has to be.
      for (let page = 1; this.missing > 0 && page <= Math.ceil(this.#wanted / PAGE) + 1; page++) {
        const { saved, pagination } = await listSaved({ page, limit: PAGE })
        for (const { message, thread, ...one } of saved) {
          this.#texts.set(placeOf(one), message)
          if (thread) this.#threads.set(one.channelId, thread)
        }
        if (page >= pagination.pages) break
      }
      this.failed = undefined
    } catch (error) {
      this.failed = error
    } finally {
      this.#loading = false
    }
  }

  #hear(event: HubEvent) {
    if (event.name === 'message.updated' || event.name === 'message.deleted') {
      const place = placeOf(event.data.message)
      if (this.#texts.has(place)) this.#texts.set(place, event.data.message)
    }
  }
}
