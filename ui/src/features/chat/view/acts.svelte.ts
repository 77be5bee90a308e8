import {
  addMember,
  isProblem,
  removeMember,
  setNotifications,
  updateChannel,
  type Channel,
  type Level,
} from '$api'
import { goto } from '$app/navigation'
import { conversationPath, type Hearth } from '$features/hub'
import { m } from '$paraglide/messages.js'
import { copyText, getToasts } from '$shared'
import { problemText } from '../problems'

export type ChannelDialog = 'members' | 'edit' | 'pins' | 'section' | 'convert' | 'export' | 'hooks'

/** What may be done with a conversation as a whole. */
export class ChannelActs {
  #hearth: Hearth
  #toasts = getToasts()
  dialog = $state<ChannelDialog | null>(null)

  constructor(hearth: Hearth) {
    this.#hearth = hearth
  }

  show(dialog: ChannelDialog): void {
    this.dialog = dialog
  }

  async copyLink(channel: Channel): Promise<void> {
    const link = window.location.origin + conversationPath(this.#hearth, channel)
    if (await copyText(link)) this.#toasts.good(m.chat_link_copied())
    else this.#toasts.danger(m.chat_copy_failed())
  }

  /** What I want to be told of it. */
  async notify(channel: Channel, level: Level | null, muted: boolean): Promise<void> {
    try {
      const membership = await setNotifications(channel.id, level, muted)
      this.#hearth.apply({ name: 'membership.updated', data: { membership } })
    } catch (error) {
      this.#toasts.danger(problemText(error))
    }
  }

  async setArchived(channel: Channel, archived: boolean): Promise<void> {
    try {
      const changed = await updateChannel(channel.id, { archived })
      this.#hearth.apply({ name: 'channel.updated', data: { channel: changed } })
      this.#toasts.show({
        text: archived
          ? m.chat_archived_toast({ name: channel.name })
          : m.chat_unarchived_toast({ name: channel.name }),
        action: archived ? { label: m.chat_undo(), run: () => this.setArchived(channel, false) } : undefined,
      })
    } catch (error) {
      this.#toasts.danger(problemText(error))
    }
  }

  async leave(channel: Channel): Promise<void> {
    try {
      await removeMember(channel.id, 'me')
      this.#hearth.apply({ name: 'member.left', data: { channelId: channel.id, userId: this.#hearth.me.id } })
      const back = channel.kind === 'public' && this.#hearth.me.role !== 'guest'
      this.#toasts.show({
        text: m.chat_left_toast({ name: channel.name }),
        action: back ? { label: m.chat_rejoin(), run: () => this.#rejoin(channel) } : undefined,
      })
      await goto('/chat')
    } catch (error) {
      this.#toasts.danger(isProblem(error, 'conflict') ? error.detail : problemText(error))
    }
  }

  async #rejoin(channel: Channel): Promise<void> {
    try {
      const joined = await addMember(channel.id, 'me')
      this.#hearth.apply({ name: 'channel.updated', data: { channel: joined } })
      await goto(conversationPath(this.#hearth, joined))
    } catch (error) {
      this.#toasts.danger(problemText(error))
    }
  }
}
