// What the journal tells: the durable events of the contract, and what HTTP answers bring in the same form.

import type {
  Account,
  Bootstrap,
  Channel,
  ChannelMember,
  Hub,
  Message,
  MessageReactions,
  ReadMark,
  Saved,
  User,
} from '$api'

export type HubEvent =
  | { name: 'hub.updated'; data: { hub: Hub } }
  | { name: 'user.created' | 'user.updated' | 'user.deleted'; data: { user: User } }
  | { name: 'account.updated'; data: { account: Account } }
  | { name: 'channel.created' | 'channel.updated'; data: { channel: Channel } }
  | {
      name: 'member.joined'
      data: {
        channel: Channel
        member: ChannelMember
        lastNumber: number
        lastMessageAt: string | null
        joinedAt: string
      }
    }
  | { name: 'member.updated'; data: { channel: Channel; member: ChannelMember } }
  | { name: 'member.left'; data: { channelId: string; userId: string } }
  | {
      name: 'message.created' | 'message.updated' | 'message.deleted'
      data: { message: Message }
    }
  | {
      name: 'reaction.added' | 'reaction.removed'
      /** All reactions to the message, and the one that came or went. */
      data: MessageReactions & { emoji: string; userId: string }
    }
  | {
      name: 'message.pinned' | 'message.unpinned'
      data: { channel: Channel; number: number; userId: string }
    }
  | { name: 'saved.added'; data: { saved: Saved } }
  | { name: 'saved.removed'; data: { channelId: string; number: number } }
  | { name: 'read.updated'; data: ReadMark }
  /** Whether teammates are let in; the page about it asks for itself. */
  | { name: 'network.updated'; data: unknown }

/** What only this client knows: an answer came, or memory is to be freed. */
export type LocalEvent =
  /** Everything afresh. */
  | { name: 'bootstrapped'; data: Bootstrap }
  /** A page of history, or the answer to an edit or a deletion: shapes, without the counting an event does. */
  | { name: 'messages.loaded'; data: { channelId: string; messages: Message[] } }
  /** The answer to a send may overtake its event. */
  | { name: 'message.sent'; data: { message: Message } }
  /** The answer to a reaction. */
  | { name: 'reactions.loaded'; data: MessageReactions }
  | { name: 'messages.released'; data: { channelId: string; from: number; to: number } }
  | { name: 'window.closed'; data: { channelId: string } }

export type AnyEvent = HubEvent | LocalEvent
