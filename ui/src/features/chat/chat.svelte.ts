import {
  addReaction,
  createReply,
  deleteMessage,
  isProblem,
  markRead,
  markUnread,
  putDraft,
  readNews,
  removeReaction,
  sendMessage,
  type Channel,
  type Level,
  type Membership,
  type Message,
  type ThreadPlace,
  type Whisper,
} from '$api'
import { Uploads } from '$features/files'
import { conversationName, type Hearth, type HubEvent } from '$features/hub'
import { deviceStore, tabLock } from '$platform'
import { createContext } from 'svelte'
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import { Colours } from './markdown/highlight'
import { Reacting } from './reactions/reacting.svelte'
import type { Across } from './sending/across'
import { Drafts } from './sending/drafts.svelte'
import { Outbox, type Pending, type ReplyTo } from './sending/outbox'

const SEND_DEADLINE_MS = 20_000
const READ_AFTER_MS = 400
const MOST_WHISPERS = 20

/** What chat adds to the picture of the team: what is being written, sent, read and removed here. */
export class Chat {
  readonly hearth: Hearth
  readonly drafts: Drafts
  readonly uploads: Uploads
  readonly colours = new Colours()
  readonly reacting: Reacting
  #outbox: Outbox | undefined
  /** Brings drafts to my other devices, once it is loaded. */
  #across: Across | undefined
  #pending = $state.raw<readonly Pending[]>([])
  /** What was read here and is on its way to the server. */
  #readHere = new SvelteMap<string, number>()
  #readTimers = new Map<string, ReturnType<typeof setTimeout>>()
  /** Made unread again by hand: what is on screen there reads nothing until it is opened anew. */
  #held = new SvelteSet<string>()
  /** Messages taken away here, within the time in which they can be brought back. */
  #removed = new SvelteSet<string>()

  /** What programs answered me alone; it is gone with the page. */
  whispers = $state.raw<readonly Whisper[]>([])

  /** Where what went wrong with something small is shown. */
  onfailure: (error: unknown) => void = () => {}

  constructor(hearth: Hearth) {
    this.hearth = hearth
    this.drafts = new Drafts(this.#owner, deviceStore)
    this.reacting = new Reacting({
      me: () => hearth.me.id,
      tell: ({ channelId, number }, emoji, there) =>
        (there ? addReaction : removeReaction)(channelId, number, emoji),
      told: (reactions) => hearth.apply({ name: 'reactions.loaded', data: reactions }),
      failed: (error) => this.onfailure(error),
    })
    this.uploads = new Uploads({ owner: this.#owner, lock: tabLock(deviceStore) })
  }

  get #owner() {
    return `${this.hearth.hub.id}.${this.hearth.me.id}`
  }

  /** Begins to send and to listen; returns how to stop. */
  start(): () => void {
    const outbox = new Outbox({
      owner: this.#owner,
      store: deviceStore,
      lock: tabLock(deviceStore),
      send: async ({ channelId, body, clientKey, files = [], reply }, signal) => {
        // However long its files take: only then is there anything to send.
        const fileIds = await Promise.all(files.map((key) => this.uploads.fileId(key, signal)))
        const limited = AbortSignal.any([signal, AbortSignal.timeout(SEND_DEADLINE_MS)])
        if (!reply) return sendMessage(channelId, body, clientKey, fileIds, limited)
        const { also: alsoToChannel, number } = reply
        return createReply(reply.channelId, number, { body, fileIds, clientKey, alsoToChannel }, limited)
      },
      gone: ({ files = [] }) => this.uploads.forget(files),
      sent: (message, { reply }) => this.#sent(message, reply),
      changed: (entries) => (this.#pending = entries),
    })
    this.#outbox = outbox
    const unlisten = this.hearth.listen((event) => this.#hear(event))
    this.hearth.onwhisper = (whisper) =>
      (this.whispers = [...this.whispers.slice(1 - MOST_WHISPERS), whisper])
    const leaving = () => {
      this.drafts.keep()
      this.#across?.flush()
      this.#removeNow()
    }
    window.addEventListener('pagehide', leaving)
    return () => {
      unlisten()
      window.removeEventListener('pagehide', leaving)
      for (const timer of this.#readTimers.values()) clearTimeout(timer)
      outbox.stop()
      this.uploads.stop()
      this.drafts.stop()
      this.#across?.stop()
    }
  }

  /** The way to the server is open again. */
  resume(): void {
    this.uploads.resume()
    this.#outbox?.flush()
    void this.#mergeDrafts()
    for (const [channelId, number] of this.#readHere) this.#tellRead(channelId, number)
  }

  async #mergeDrafts() {
    // Without a connection it comes with the next one.
    const part = this.#across ? undefined : await import('./sending/across').catch(() => undefined)
    if (part && !this.#across) {
      const across = new part.Across({
        drafts: this.drafts,
        known: () => this.hearth.drafts,
        put: putDraft,
        told: (draft) => this.hearth.apply({ name: 'draft.updated', data: { draft } }),
      })
      this.#across = across
      this.drafts.onchange = (id) => across.changed(id)
    }
    this.#across?.merge()
  }

  #hear(event: HubEvent) {
    if (event.name === 'draft.updated') this.#across?.heard(event.data.draft)
    if (event.name === 'unread.marked') this.#hold(event.data.membership.channelId)
    if (event.name === 'message.created') {
      const { authorId, clientKey } = event.data.message
      if (clientKey && authorId === this.hearth.me.id) this.#outbox?.settle(clientKey)
    }
  }

  // Sending

  /** Not yet on the server, in the order of writing. */
  pendingIn(channelId: string): readonly Pending[] {
    return this.#pending.filter((pending) => pending.channelId === channelId)
  }

  /** `files` are the keys of uploads that were sent off for it. */
  send(channelId: string, body: string, files: readonly string[] = []): void {
    this.release(channelId)
    this.#outbox?.add(channelId, body, files)
    this.hearth.realtime.typingEnded(channelId)
  }

  /** Replies to a message; `also` in its channel. */
  reply(
    place: ThreadPlace,
    body: string,
    files: readonly string[],
    also: boolean,
    threadId: string | undefined,
  ): void {
    this.#outbox?.add(threadKey(place), body, files, { ...place, also })
    if (!threadId) return
    this.release(threadId)
    this.hearth.realtime.typingEnded(threadId)
  }

  #sent(message: Message, reply: ReplyTo | undefined) {
    if (reply) {
      const { channelId: id, number, createdAt, authorId } = message
      const thread = {
        id,
        replies: number,
        people: [authorId],
        lastAt: createdAt,
        lastNumber: number,
        version: 1,
      }
      // It may have begun with this reply; of one that is known already, this says nothing new.
      this.hearth.apply({ name: 'thread.began', data: { ...reply, thread } })
      this.hearth.apply({ name: 'messages.loaded', data: { channelId: id, messages: [message] } })
    }
    this.hearth.apply({ name: 'message.sent', data: { message } })
  }

  retry(pending: Pending): void {
    for (const key of pending.files ?? []) this.uploads.retry(key)
    this.#outbox?.retry(pending.clientKey)
  }

  discard(pending: Pending): void {
    for (const key of pending.files ?? []) this.uploads.cancel(key)
    this.#outbox?.discard(pending.clientKey)
  }

  // Reading

  /** How far I have read, counting what the server does not know yet. */
  readNumber(channelId: string): number {
    return Math.max(this.hearth.membership(channelId)?.readNumber ?? 0, this.#readHere.get(channelId) ?? 0)
  }

  unread(channelId: string): number {
    const membership = this.hearth.membership(channelId)
    if (!membership) return 0
    const here = this.#readHere.get(channelId) ?? 0
    if (here >= membership.lastNumber) return 0
    if (here > membership.readNumber) return Math.min(membership.unread, membership.lastNumber - here)
    return membership.unread
  }

  /** How many of the unread messages speak to me. */
  mentions(channelId: string): number {
    const membership = this.hearth.membership(channelId)
    if (!membership) return 0
    return Math.min(membership.mentions, this.unread(channelId))
  }

  /** What counts as waiting: in a muted conversation only what speaks to me. */
  waiting(channelId: string): number {
    const membership = this.hearth.membership(channelId)
    if (!membership?.muted) return this.unread(channelId)
    return this.#level(membership) === 'nothing' ? 0 : this.mentions(channelId)
  }

  #level({ level }: Membership): Level {
    return level ?? this.hearth.preferences.level
  }

  /** Conversations in which something waits, in the order of the side bar. */
  readonly unreadChannels: readonly Channel[] = $derived.by(() =>
    Object.values(this.hearth.channels)
      .filter((channel) => this.waiting(channel.id) > 0)
      .sort((a, b) => rank(a) - rank(b) || this.#name(a).localeCompare(this.#name(b))),
  )

  readonly totalUnread = $derived.by(() =>
    this.unreadChannels.reduce((total, channel) => total + this.waiting(channel.id), 0),
  )

  /** My places in threads in which something is new, the latest first. */
  readonly unreadThreads: readonly Membership[] = $derived.by(() =>
    Object.values(this.hearth.memberships)
      .filter((place) => place.thread !== null && this.unread(place.channelId) > 0)
      .sort((a, b) => (b.lastMessageAt ?? '').localeCompare(a.lastMessageAt ?? '')),
  )

  readonly unreadInThreads = $derived.by(() =>
    this.unreadThreads.reduce((total, place) => total + this.unread(place.channelId), 0),
  )

  /** Unread messages that speak to me, in channels and threads. */
  readonly totalMentions = $derived.by(() =>
    Object.values(this.hearth.memberships).reduce(
      (total, place) =>
        total + (place.muted && this.#level(place) === 'nothing' ? 0 : this.mentions(place.channelId)),
      0,
    ),
  )

  /** What can be marked as read: messages, and news of tasks. */
  readonly toRead = $derived.by(() => this.totalUnread + this.unreadInThreads + this.hearth.news.length)
  /** What speaks to me, and news of tasks. */
  readonly totalInbox = $derived.by(() => this.totalMentions + this.hearth.news.length)

  /** Everything that waits for me: messages, news of tasks, and reminders that are due. */
  readonly unreadEverywhere = $derived.by(() => this.toRead + this.hearth.remindersDue)

  #name(channel: Channel) {
    return conversationName(this.hearth, channel)
  }

  /** The server is told a moment later, so that scrolling is one call and not a hundred. */
  markRead(channelId: string, number: number): void {
    this.release(channelId)
    if (!this.hearth.membership(channelId) || number <= this.readNumber(channelId)) return
    this.#readHere.set(channelId, number)
    clearTimeout(this.#readTimers.get(channelId))
    this.#readTimers.set(
      channelId,
      setTimeout(() => this.#tellRead(channelId, number), READ_AFTER_MS),
    )
  }

  /** Makes a message and all after it unread again, on all of my devices; throws what the server says against it. */
  async markUnread(channelId: string, number: number): Promise<void> {
    this.#hold(channelId)
    try {
      await markUnread(channelId, number)
    } catch (error) {
      this.release(channelId)
      throw error
    }
  }

  #hold(channelId: string) {
    clearTimeout(this.#readTimers.get(channelId))
    this.#readHere.delete(channelId)
    this.#held.add(channelId)
  }

  /** Whether what is on screen of it stays unread. */
  isHeld(channelId: string): boolean {
    return this.#held.has(channelId)
  }

  /** Lets what is on screen be read again. */
  release(channelId: string): void {
    this.#held.delete(channelId)
  }

  markAllRead(): void {
    for (const { channelId, thread, lastNumber } of Object.values(this.hearth.memberships)) {
      if (thread === null && this.unread(channelId) > 0) this.markRead(channelId, lastNumber)
    }
    this.markThreadsRead()
    const upTo = this.hearth.news.at(-1)?.place
    if (upTo !== undefined) readNews({ upTo }).catch((error: unknown) => this.onfailure(error))
  }

  markThreadsRead(): void {
    for (const place of this.unreadThreads) this.markRead(place.channelId, place.lastNumber)
  }

  async #tellRead(channelId: string, number: number) {
    try {
      const mark = await markRead(channelId, number)
      // The event that goes with it counts exactly; the answer alone may be older than what came since.
      if (this.hearth.connection !== 'live') this.hearth.apply({ name: 'read.updated', data: mark })
    } catch (error) {
      if (!isProblem(error) || !error.passing) this.#readHere.delete(channelId)
      // Otherwise it is kept, and told when the way is open again.
      return
    }
    setTimeout(() => {
      if (this.#readHere.get(channelId) === number) this.#readHere.delete(channelId)
    }, 2_000)
  }

  // Removing

  isRemoved(message: Message): boolean {
    return this.#removed.has(keyOf(message))
  }

  /** Takes it off the screen; `remove` makes it true, `restore` takes it back. */
  hide(message: Message): void {
    this.#removed.add(keyOf(message))
  }

  restore(message: Message): void {
    this.#removed.delete(keyOf(message))
  }

  /** Deletes a hidden message; throws what the server says against it. */
  async remove(message: Message): Promise<void> {
    if (!this.isRemoved(message)) return
    try {
      const tombstone = await deleteMessage(message.channelId, message.number)
      this.hearth.apply({
        name: 'messages.loaded',
        data: { channelId: message.channelId, messages: [tombstone] },
      })
    } finally {
      this.restore(message)
    }
  }

  /** The page goes away: what was removed is deleted now instead of coming back. */
  #removeNow() {
    for (const key of this.#removed) {
      const [channelId, number] = key.split(' ')
      if (channelId) void deleteMessage(channelId, Number(number), { keepalive: true }).catch(() => {})
    }
    this.#removed.clear()
  }
}

/** Names a thread by what it hangs on: under this its drafts are kept and its replies wait. */
export const threadKey = ({ channelId, number }: ThreadPlace) => `thread.${channelId}.${number}`

const rank = (channel: Channel) => (channel.kind === 'direct' ? 1 : 0)
const keyOf = (message: Message) => `${message.channelId} ${message.number}`

export const [useChat, provideChat] = createContext<Chat>()
