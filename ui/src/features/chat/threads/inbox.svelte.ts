import { isProblem, listThreads, type FollowedThread, type ProblemCode, type ThreadPlace } from '$api'
import type { Hearth, HubEvent } from '$features/hub'

const PAGE = 20

/** A thread of the list, by its own id. */
export interface Entry {
  id: string
  place: ThreadPlace
}

export type Which = 'all' | 'unread'

/** The threads that I follow. What they show comes from the picture of the team, which events keep true. */
export class ThreadInbox {
  #hearth: Hearth
  #isUnread: (id: string) => boolean
  #page = 0
  #stop = new AbortController()
  which = $state<Which>('all')
  status = $state<'loading' | 'ready' | 'error'>('loading')
  problem = $state<ProblemCode | undefined>()
  entries = $state.raw<readonly Entry[]>([])
  /** There are more than are listed. */
  more = $state(false)
  loadingMore = $state(false)

  /** `isUnread` also knows what was read here and is on its way to the server. */
  constructor(hearth: Hearth, isUnread: (id: string) => boolean) {
    this.#hearth = hearth
    this.#isUnread = isUnread
  }

  /** Listens for replies; returns how to stop. */
  start(): () => void {
    const unlisten = this.#hearth.listen((event) => this.#hear(event))
    return () => {
      unlisten()
      this.#stop.abort()
    }
  }

  async show(which: Which): Promise<void> {
    this.which = which
    this.status = 'loading'
    this.#page = 0
    this.entries = []
    await this.next()
  }

  async next(): Promise<void> {
    const { which } = this
    this.loadingMore = this.#page > 0
    try {
      const query = { filter: which, page: this.#page + 1, limit: PAGE }
      const { threads, page } = await listThreads(query, this.#stop.signal)
      if (which !== this.which) return
      this.#hearth.apply({ name: 'threads.loaded', data: { threads } })
      // A reply that came meanwhile moves the pages: what is listed already is not listed twice.
      const known = new Set(this.entries.map((entry) => entry.id))
      const fresh = threads
        .map(entryOf)
        .filter((entry): entry is Entry => entry !== undefined && !known.has(entry.id))
        .filter((entry) => which === 'all' || this.#isUnread(entry.id))
      this.entries = [...this.entries, ...fresh]
      this.#page++
      this.more = this.#page < page.pages
      this.status = 'ready'
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.problem = isProblem(error) ? error.code : 'unknown'
      if (this.entries.length === 0) this.status = 'error'
    } finally {
      this.loadingMore = false
    }
  }

  /** A thread that is not on the list comes to its top; one that is there stays where the eye left it. */
  #hear(event: HubEvent) {
    if (event.name === 'thread.unfollowed') {
      this.entries = this.entries.filter((entry) => entry.id !== event.data.channelId)
    }
    if (event.name !== 'thread.replied' || this.status !== 'ready') return
    const { channelId: id, thread } = event.data.membership
    if (thread && !this.entries.some((entry) => entry.id === id)) {
      this.entries = [{ id, place: thread }, ...this.entries]
    }
  }
}

function entryOf({ membership }: FollowedThread): Entry | undefined {
  return membership.thread ? { id: membership.channelId, place: membership.thread } : undefined
}
