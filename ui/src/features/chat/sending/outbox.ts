// Messages that were written and are not yet on the server. Each is kept on the device under its own key
// until the server has it, so a reload, a crash or a day without network loses nothing; its clientKey makes
// sending it twice the same as sending it once.

import { backoff, isProblem, type Message, type ProblemCode } from '$api'
import { randomId, type Lock, type Store } from '$platform'

/** The message that a reply is to. */
export interface ReplyTo {
  channelId: string
  number: number
  /** The reply also stands in the channel. */
  also: boolean
}

export interface Pending {
  clientKey: string
  /** The conversation; for a reply, what names its thread whether or not it has begun. */
  channelId: string
  reply?: ReplyTo
  body: string
  /** The keys of the files that go with it, in their order. */
  files?: readonly string[]
  /** When it was written. */
  createdAt: string
  /** Ascending in the order of writing, also across tabs. */
  order: number
  /** `failed` waits for a person: the server refused it. */
  state: 'waiting' | 'failed'
  code?: ProblemCode
}

export interface OutboxOptions {
  /** Whose: nothing of one person is ever sent as another. */
  owner: string
  store: Store
  lock: Lock
  /** Rejects when `signal` gives it up; the same message may then be sent again. */
  send: (pending: Pending, signal: AbortSignal) => Promise<Message>
  /** The server has it. */
  sent: (message: Message, pending: Pending) => void
  /** It is on its way no more: the server has it, or it was discarded here or in another tab. */
  gone?: (pending: Pending) => void
  changed: (entries: readonly Pending[]) => void
  now?: () => number
}

const GIVE_UP_AFTER = 4

export class Outbox {
  #options: OutboxOptions
  #prefix: string
  #entries = new Map<string, Pending>()
  /** Those that storage holds as well; another tab may have dealt with them. */
  #kept = new Set<string>()
  #draining = new Set<string>()
  #retries = new Map<string, ReturnType<typeof setTimeout>>()
  #failures = new Map<string, number>()
  /** What is under way, by conversation. */
  #underWay = new Map<string, AbortController>()
  #lastOrder = 0
  #unwatch: () => void
  #stopped = false

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#prefix = `hearth.outbox.${options.owner}.`
    for (const key of options.store.keys(this.#prefix)) this.#take(key, options.store.get(key))
    this.#unwatch = options.store.watch(this.#prefix, (key, value) => {
      this.#take(key, value)
      this.#changed()
    })
    this.#changed()
  }

  stop(): void {
    this.#stopped = true
    this.#unwatch()
    for (const timer of this.#retries.values()) clearTimeout(timer)
    this.#retries.clear()
  }

  get entries(): readonly Pending[] {
    return [...this.#entries.values()].sort((a, b) => a.order - b.order)
  }

  add(channelId: string, body: string, files: readonly string[] = [], reply?: ReplyTo): Pending {
    const now = this.#options.now?.() ?? Date.now()
    this.#lastOrder = Math.max(this.#lastOrder + 1, now * 1000)
    const pending: Pending = {
      clientKey: randomId(),
      channelId,
      ...(reply ? { reply } : {}),
      body,
      ...(files.length > 0 ? { files } : {}),
      createdAt: new Date(now).toISOString(),
      order: this.#lastOrder,
      state: 'waiting',
    }
    this.#put(pending)
    void this.#drain(channelId)
    return pending
  }

  retry(clientKey: string): void {
    const pending = this.#entries.get(clientKey)
    if (!pending) return
    this.#failures.delete(clientKey)
    this.#put({ ...pending, state: 'waiting', code: undefined })
    void this.#drain(pending.channelId)
  }

  discard(clientKey: string): void {
    this.#remove(clientKey)
  }

  /** An event or an answer showed that the server has it. */
  settle(clientKey: string): void {
    if (this.#entries.has(clientKey)) this.#remove(clientKey)
  }

  /**
   * Sends whatever waits; call when the way to the server is open again. What is under way since before may never
   * be answered, so it is sent anew: the server knows it by its key.
   */
  flush(): void {
    for (const channelId of new Set(this.entries.map((pending) => pending.channelId))) {
      clearTimeout(this.#retries.get(channelId))
      this.#underWay.get(channelId)?.abort()
      void this.#drain(channelId)
    }
  }

  #key(clientKey: string) {
    return this.#prefix + clientKey
  }

  #take(key: string, value: string | null) {
    const clientKey = key.slice(this.#prefix.length)
    if (value === null) {
      const pending = this.#entries.get(clientKey)
      if (pending) this.#options.gone?.(pending)
      this.#entries.delete(clientKey)
      this.#kept.delete(clientKey)
      return
    }
    try {
      const pending = JSON.parse(value) as Pending
      this.#entries.set(clientKey, pending)
      this.#kept.add(clientKey)
      this.#lastOrder = Math.max(this.#lastOrder, pending.order)
    } catch {
      this.#options.store.remove(key)
    }
  }

  #put(pending: Pending) {
    this.#entries.set(pending.clientKey, pending)
    const key = this.#key(pending.clientKey)
    if (this.#options.store.set(key, JSON.stringify(pending))) this.#kept.add(pending.clientKey)
    else this.#kept.delete(pending.clientKey)
    this.#changed()
  }

  #remove(clientKey: string) {
    const pending = this.#entries.get(clientKey)
    this.#entries.delete(clientKey)
    this.#kept.delete(clientKey)
    this.#failures.delete(clientKey)
    this.#options.store.remove(this.#key(clientKey))
    if (pending) this.#options.gone?.(pending)
    this.#changed()
  }

  #changed() {
    this.#options.changed(this.entries)
  }

  /** One conversation, one message at a time, in one tab: that is what keeps the order. */
  async #drain(channelId: string): Promise<void> {
    if (this.#stopped || this.#draining.has(channelId)) return
    this.#draining.add(channelId)
    try {
      await this.#options.lock(`${this.#prefix}${channelId}`, async () => {
        for (;;) {
          const next = this.#next(channelId)
          if (!next || this.#stopped || !(await this.#attempt(next))) return
        }
      })
    } finally {
      this.#draining.delete(channelId)
    }
  }

  #next(channelId: string): Pending | undefined {
    for (const pending of this.entries) {
      if (pending.channelId !== channelId || pending.state !== 'waiting') continue
      const gone =
        this.#kept.has(pending.clientKey) && this.#options.store.get(this.#key(pending.clientKey)) === null
      if (!gone) return pending
      // Another tab sent or discarded it before we had the lock.
      this.#take(this.#key(pending.clientKey), null)
      this.#changed()
    }
    return undefined
  }

  /** Whether to go on with the next one. */
  async #attempt(pending: Pending): Promise<boolean> {
    const attempt = new AbortController()
    this.#underWay.set(pending.channelId, attempt)
    try {
      const message = await this.#options.send(pending, attempt.signal)
      this.#options.sent(message, pending)
      this.settle(pending.clientKey)
      return true
    } catch (error) {
      // Settled by its event, or discarded, while the answer got lost. Or given up, to begin again at once.
      if (!this.#entries.has(pending.clientKey) || attempt.signal.aborted) return true
      const problem = isProblem(error) ? error : undefined
      const failures = (this.#failures.get(pending.clientKey) ?? 0) + 1
      this.#failures.set(pending.clientKey, failures)
      const offline = problem?.code === 'offline' || problem?.status === 401
      const refused = !problem || (!problem.passing && problem.code !== 'internal' && !offline)
      if (refused || (!offline && failures >= GIVE_UP_AFTER)) {
        this.#put({ ...pending, state: 'failed', code: problem?.code ?? 'unknown' })
        return true
      }
      this.#later(pending.channelId, problem.retryAfter ? problem.retryAfter * 1000 : backoff(failures) + 500)
      return false
    } finally {
      this.#underWay.delete(pending.channelId)
    }
  }

  #later(channelId: string, ms: number) {
    clearTimeout(this.#retries.get(channelId))
    if (this.#stopped) return
    this.#retries.set(
      channelId,
      setTimeout(() => void this.#drain(channelId), ms),
    )
  }
}
