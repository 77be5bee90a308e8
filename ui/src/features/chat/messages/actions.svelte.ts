import { isProblem, pinMessage, unpinMessage, updateMessage, type Message } from '$api'
import { goto } from '$app/navigation'
import { noteEmoji } from '$features/emoji'
import { placeOf, threadPath } from '$features/hub'
import { m } from '$paraglide/messages.js'
import { copyText, type Toasts } from '$shared'
import { problemText } from '../problems'
import { setSaved } from '../saved/saving'
import type { Conversation } from './conversation.svelte'

const FURTHEST_UNREAD = 10_000
/** In conversations of more people the hub does not say who has read a message. */
const MOST_READERS = 100

/** What may be done with a message, and the one that something is being done with. */
export class MessageActions {
  readonly conversation: Conversation
  #toasts: Toasts

  /** The number of the message that is being rewritten. */
  editing = $state<number | null>(null)
  /** The message whose earlier versions are on screen. */
  history = $state.raw<Message | null>(null)
  /** The message that an emoji is being chosen for, and what it is chosen beside. */
  picking = $state.raw<{ message: Message; anchor: HTMLElement } | null>(null)
  /** The message that I am to be reminded of, while I say when. */
  reminding = $state.raw<Message | null>(null)
  /** The message of which it is on screen who has read it. */
  readers = $state.raw<Message | null>(null)
  /** The message whose people who reacted are on screen. */
  reactions = $state.raw<Message | null>(null)
  /** The message whose actions are on screen, for fingers. */
  sheet = $state.raw<Message | null>(null)
  /** The number of the message under the pointer. */
  pointed: number | null = null

  constructor(conversation: Conversation, toasts: Toasts) {
    this.conversation = conversation
    this.#toasts = toasts
  }

  get #hearth() {
    return this.conversation.hearth
  }

  get #writable() {
    return this.conversation.writable
  }

  mayReact(message: Message): boolean {
    return this.#writable && message.deletedAt === null
  }

  react(message: Message, emoji: string): void {
    noteEmoji(emoji)
    this.conversation.chat.reacting.add(message, emoji)
  }

  /** Opens the choice of emoji, or closes it where it is open already. */
  pick(message: Message, anchor: HTMLElement): void {
    this.picking = this.picking?.anchor === anchor ? null : { message, anchor }
  }

  /** Nothing is pinned in a thread. */
  mayPin(message: Message): boolean {
    if (this.conversation.place) return false
    return this.#writable && message.deletedAt === null && this.#hearth.me.role !== 'guest'
  }

  isPinned(message: Message): boolean {
    const { channel, place } = this.conversation
    return !place && (channel?.pinned.includes(message.number) ?? false)
  }

  async setPinned(message: Message, pinned: boolean): Promise<void> {
    try {
      const channel = await (pinned ? pinMessage : unpinMessage)(message.channelId, message.number)
      this.#hearth.apply({ name: 'channel.updated', data: { channel } })
    } catch (error) {
      this.#toasts.danger(problemText(error))
    }
  }

  isSaved(message: Message): boolean {
    return placeOf(message) in this.#hearth.saved
  }

  setSaved(message: Message, saved: boolean): Promise<void> {
    return setSaved(this.#hearth, this.#toasts, message, saved)
  }

  /** Where the team wants it to be seen who has read a message. */
  mayAskReaders(message: Message): boolean {
    const { belonging, channel } = this.conversation
    return (
      this.#hearth.hub.readReceipts &&
      message.deletedAt === null &&
      belonging !== undefined &&
      (channel?.members.length ?? 0) <= MOST_READERS
    )
  }

  /** Of what I am told, as far as the server lets a mark go back. */
  mayMarkUnread(message: Message): boolean {
    const { membership, last } = this.conversation
    return membership !== undefined && last - message.number < FURTHEST_UNREAD
  }

  /** The message and what follows it are new again. */
  async markUnread(message: Message): Promise<void> {
    if (!this.mayMarkUnread(message)) return
    const { chat } = this.conversation
    try {
      await chat.markUnread(message.channelId, message.number)
      this.conversation.line = message.number
    } catch (error) {
      this.#toasts.danger(problemText(error))
    }
  }

  mayEdit(message: Message): boolean {
    // What was asked stays as it was when people answered.
    if (message.poll) return false
    return this.#writable && message.deletedAt === null && message.authorId === this.#hearth.me.id
  }

  mayDelete(message: Message): boolean {
    if (!this.#writable || message.deletedAt !== null) return false
    const { me } = this.#hearth
    return (
      message.authorId === me.id ||
      this.conversation.belonging?.role === 'manager' ||
      me.role === 'owner' ||
      me.role === 'admin'
    )
  }

  /** Begins a thread, or opens the one there is. A reply has none of its own. */
  mayReply(message: Message): boolean {
    if (this.conversation.place) return false
    if (message.thread || message.twin) return true
    return this.#writable && message.deletedAt === null
  }

  /** Where a reply to this message is written: its thread, or the one that it is from. */
  replyPath(message: Message): string | undefined {
    const { channel, place } = this.conversation
    if (!channel || place) return undefined
    return threadPath(this.#hearth, channel, message.twin?.root ?? message.number)
  }

  async reply(message: Message): Promise<void> {
    const path = this.replyPath(message)
    if (path && this.mayReply(message)) await goto(path, { noScroll: true, keepFocus: true })
  }

  edit(message: Message): void {
    if (this.mayEdit(message)) this.editing = message.number
  }

  /** My newest message that is loaded and can still be rewritten. */
  lastOfMine(): Message | undefined {
    const { last } = this.conversation
    for (let number = last; number > last - 100 && number > 0; number--) {
      const message = this.conversation.at(number)
      if (message && this.mayEdit(message) && !this.conversation.chat.isRemoved(message)) return message
    }
    return undefined
  }

  /** A text that says why it could not be kept, or nothing when it was. */
  async save(message: Message, body: string): Promise<string | undefined> {
    if (body === message.body) {
      this.editing = null
      return undefined
    }
    try {
      const saved = await updateMessage(message.channelId, message.number, body, message.version)
      this.#take(saved)
      this.editing = null
      return undefined
    } catch (error) {
      if (isProblem(error, 'version_mismatch') && error.current) {
        this.#take(error.current as Message)
        return m.chat_edit_conflict()
      }
      return problemText(error)
    }
  }

  #take(message: Message) {
    this.#hearth.apply({
      name: 'messages.loaded',
      data: { channelId: message.channelId, messages: [message] },
    })
  }

  /** Gone at once, deleted for good when nobody takes it back within 8 s. */
  remove(message: Message): void {
    if (!this.mayDelete(message)) return
    const { chat } = this.conversation
    chat.hide(message)
    this.#toasts.show({
      text: m.chat_message_deleted_toast(),
      action: { label: m.chat_undo(), run: () => chat.restore(message) },
      onExpire: async () => {
        try {
          await chat.remove(message)
        } catch (error) {
          this.#toasts.danger(m.chat_delete_failed({ reason: problemText(error) }))
        }
      },
    })
  }

  async copyLink(message: Message): Promise<void> {
    const path = this.conversation.pathTo(message.number)
    if (!path) return
    await this.#copy(window.location.origin + path, m.chat_link_copied())
  }

  copyText(message: Message): Promise<void> {
    return this.#copy(message.body, m.chat_copied())
  }

  async #copy(text: string, done: string) {
    if (await copyText(text)) this.#toasts.good(done)
    else this.#toasts.danger(m.chat_copy_failed())
  }
}
