import { isProblem, listMessages, type Message, type ProblemCode, type ThreadPlace } from '$api'
import { conversationPath, loadedBlocks, messageAt, missing, threadPath, type Hearth } from '$features/hub'
import { threadKey, type Chat } from '../chat.svelte'

/** How many messages one call brings. */
const PAGE = 60
/** Loads before the edge of what is loaded comes into sight. */
const AHEAD = 25
/** Past this many blocks, what is far from the screen is let go. */
const MOST_BLOCKS = 100
const KEPT_AROUND = 1_500

export type ConversationStatus = 'loading' | 'ready' | 'error'

/** One conversation as it is read: which of its messages are here, and the fetching of those that are not. */
export class Conversation {
  /** Of a thread, its own; of one that has not begun, what will name it. */
  readonly channelId: string
  /** What it hangs on, if it is a thread. */
  readonly place: ThreadPlace | undefined
  readonly chat: Chat
  readonly hearth: Hearth
  status = $state<ConversationStatus>('loading')
  problem = $state<ProblemCode | undefined>()
  /** The number of the first message that was new when the conversation was opened or left alone. */
  line = $state<number | null>(null)
  /** Gaps that could not be fetched; the rows offer to try again. */
  failed = $state(false)

  #fetching = false
  #wanted: { from: number; to: number } | undefined
  #stop = new AbortController()

  constructor(chat: Chat, channelId: string, place?: ThreadPlace) {
    this.chat = chat
    this.hearth = chat.hearth
    this.channelId = channelId
    this.place = place
    if (chat.unread(channelId) > 0) this.line = chat.readNumber(channelId) + 1
  }

  /** Of a thread, the one that its root stands in: its people and rules hold here. */
  readonly channel = $derived.by(() => this.hearth.channels[this.place?.channelId ?? this.channelId])
  /** My place in that channel. */
  readonly belonging = $derived.by(() => this.hearth.memberships[this.place?.channelId ?? this.channelId])
  /** How far I have read here. */
  readonly membership = $derived.by(() => this.hearth.memberships[this.channelId])
  readonly window = $derived.by(() => this.hearth.windows[this.channelId])
  readonly pending = $derived.by(() =>
    this.chat.pendingIn(this.place ? threadKey(this.place) : this.channelId),
  )
  readonly writable = $derived.by(() => this.belonging !== undefined && !this.channel?.archivedAt)
  /** A thread begins with its first reply. */
  readonly begun = $derived.by(() => !this.place || this.channelId !== threadKey(this.place))
  /** The number of the newest message. */
  readonly last = $derived.by(() => Math.max(this.membership?.lastNumber ?? 0, this.window?.last ?? 0))

  at(number: number): Message | undefined {
    return this.window && messageAt(this.window, number)
  }

  /** Where one of its messages is. */
  pathTo(number: number): string | undefined {
    if (!this.channel) return undefined
    return this.place
      ? threadPath(this.hearth, this.channel, this.place.number, number)
      : conversationPath(this.hearth, this.channel, number)
  }

  /** Loads what will be on screen first: around a number, or the newest. */
  async open(number?: number): Promise<void> {
    this.chat.release(this.channelId)
    if (!this.begun) return void (this.status = 'ready')
    this.status = 'loading'
    try {
      if (!this.membership) await this.#newest()
      const centre = number ?? this.line ?? this.last
      if (this.last > 0) await this.#fill(centre - PAGE / 2, centre + PAGE / 2)
      this.status = 'ready'
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.problem = isProblem(error) ? error.code : 'unknown'
      this.status = 'error'
    }
  }

  /** Has a message and its neighbours here before the list goes there; the list goes there anyway. */
  async load(number: number): Promise<void> {
    try {
      await this.#fill(number - PAGE / 2, number + PAGE / 2)
    } catch {
      this.failed = !this.#stop.signal.aborted
    }
  }

  close(): void {
    this.#stop.abort()
  }

  /** The newest page of a conversation whose length is not known: one that is only looked at. */
  async #newest() {
    const { messages } = await listMessages(this.channelId, { limit: PAGE }, this.#stop.signal)
    this.#loaded(messages)
  }

  /** What is on screen; the rest follows by itself, one call at a time, the latest wish first. */
  need(from: number, to: number): void {
    this.#wanted = { from, to }
    if (!this.#fetching && !this.failed) void this.#work()
  }

  tryAgain(): void {
    this.failed = false
    if (this.#wanted) this.need(this.#wanted.from, this.#wanted.to)
  }

  async #work() {
    this.#fetching = true
    try {
      while (this.#wanted && !this.#stop.signal.aborted) {
        const { from, to } = this.#wanted
        this.#wanted = undefined
        if (this.#gaps(from - AHEAD, to + AHEAD).length > 0) await this.#fill(from - PAGE / 2, to + PAGE / 2)
        this.#release(from, to)
      }
    } catch {
      this.failed = !this.#stop.signal.aborted
    } finally {
      this.#fetching = false
    }
  }

  #gaps(from: number, to: number) {
    return missing(this.window, from, Math.min(to, this.last))
  }

  /** Numbers have no holes, so a gap is a range: no position has to be remembered to fetch it. */
  async #fill(from: number, to: number) {
    const gap = this.#gaps(from, to)[0]
    if (!gap) return
    const limit = Math.min(100, Math.max(PAGE, gap.to - gap.from + 1))
    const below = gap.to < to && gap.to - gap.from + 1 < PAGE
    const { messages } = await listMessages(
      this.channelId,
      // A gap above what is loaded is filled upwards, so that more of the past comes with the same call.
      below ? { before: gap.to + 1, limit } : { after: gap.from - 1, limit },
      this.#stop.signal,
    )
    this.#loaded(messages)
    if (messages.length > 0 && this.#gaps(from, to).length > 0) await this.#fill(from, to)
  }

  #loaded(messages: Message[]) {
    this.hearth.apply({ name: 'messages.loaded', data: { channelId: this.channelId, messages } })
  }

  #release(from: number, to: number) {
    if (!this.window || loadedBlocks(this.window) <= MOST_BLOCKS) return
    this.hearth.apply({
      name: 'messages.released',
      data: { channelId: this.channelId, from: from - KEPT_AROUND, to: to + KEPT_AROUND },
    })
  }
}
