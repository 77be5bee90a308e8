import { isProblem, type Draft } from '$api'
import { draftKey } from '$features/hub'
import type { Drafts } from './drafts.svelte'

const PUT_AFTER_MS = 1_500
/** The message that empties a draft goes first. */
const EMPTY_AFTER_MS = 250
const AGAIN_AFTER_MS = 30_000

export interface AcrossOptions {
  drafts: Drafts
  /** What the hub has, by `draftKey`. */
  known: () => Readonly<Record<string, Draft>>
  put: (draft: Draft, options: { keepalive?: boolean }) => Promise<Draft>
  /** The hub said what it has. */
  told: (draft: Draft) => void
}

/** Keeps the drafts of this device and those of the hub the same: of each the last word counts. */
export class Across {
  #options: AcrossOptions
  #timers = new Map<string, ReturnType<typeof setTimeout>>()
  #sending = new Set<string>()
  /** What the hub did not want, by the moment of its last change. */
  #refused = new Map<string, number>()

  constructor(options: AcrossOptions) {
    this.#options = options
  }

  /** Something was changed here. */
  changed(id: string): void {
    if (placeOf(id)) this.#later(id, this.#options.drafts.get(id) ? PUT_AFTER_MS : EMPTY_AFTER_MS)
  }

  /** Something was changed elsewhere, or here and it is on the hub. */
  heard(draft: Draft): void {
    this.#options.drafts.take(draftKey(draft), draft.body, Date.parse(draft.editedAt))
  }

  /** Takes what is newer on the hub, and tells it what is newer here. */
  merge(): void {
    const { drafts, known } = this.#options
    for (const draft of Object.values(known())) this.heard(draft)
    for (const id of drafts.known) if (this.#isNews(id)) this.#later(id, 0)
  }

  /** The page goes away: what would be told in a moment is told now. */
  flush(): void {
    for (const id of [...this.#timers.keys()]) void this.#push(id, { keepalive: true })
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  #isNews(id: string): boolean {
    const { drafts, known } = this.#options
    if (!placeOf(id) || this.#refused.get(id) === drafts.at(id)) return false
    const there = known()[id]
    // Of what the hub never had it need not hear that it was emptied.
    return there ? Date.parse(there.editedAt) < drafts.at(id) : drafts.has(id)
  }

  #later(id: string, after: number) {
    clearTimeout(this.#timers.get(id))
    this.#timers.set(
      id,
      setTimeout(() => void this.#push(id), after),
    )
  }

  async #push(id: string, options: { keepalive?: boolean } = {}) {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    const place = placeOf(id)
    const { drafts, put, told } = this.#options
    if (!place) return
    if (this.#sending.has(id) && !options.keepalive) return this.#later(id, EMPTY_AFTER_MS)
    if (!this.#isNews(id)) {
      if (!drafts.has(id) && !this.#sending.has(id)) drafts.settled(id, drafts.at(id))
      return
    }
    this.#sending.add(id)
    const at = drafts.at(id)
    try {
      const body = drafts.get(id)
      const kept = await put({ ...place, body, editedAt: new Date(at).toISOString() }, options)
      told(kept)
      // A clock that is ahead was put right.
      if (drafts.at(id) === at && kept.body === drafts.get(id)) drafts.settled(id, Date.parse(kept.editedAt))
      else this.heard(kept)
    } catch (error) {
      if (isProblem(error) && !error.passing) this.#refused.set(id, at)
      // Without a way to the hub it is told when there is one again.
      else if (!isProblem(error) || error.code !== 'offline') this.#later(id, AGAIN_AFTER_MS)
    } finally {
      this.#sending.delete(id)
    }
  }
}

/** Where a draft of this name is written; nowhere yet for a conversation that has not begun. */
export function placeOf(id: string): { channelId: string; root: number | null } | undefined {
  const [first, channelId, number] = id.split('.')
  if (first === 'thread' && channelId && number) return { channelId, root: Number(number) }
  return first === 'dm' || first !== id ? undefined : { channelId: id, root: null }
}
