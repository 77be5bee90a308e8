import * as sdk from './generated'
import { answer, content, done, ifMatch } from './http'
import type {
  Channel,
  ChannelRole,
  FeedPage,
  Message,
  MessageReactions,
  NumberedPage,
  PinnedMessage,
  ReadMark,
  Revision,
  Saved,
  SavedMessage,
} from './types'

export const createChannel = (channel: {
  name: string
  kind: 'public' | 'private'
  topic?: string
  memberIds?: string[]
}): Promise<Channel> => content(sdk.createChannel({ body: channel }))

export const getChannel = (channelId: string): Promise<Channel> =>
  content(sdk.getChannel({ path: { channelId } }))

export const updateChannel = (
  channelId: string,
  patch: { name?: string; topic?: string; archived?: boolean },
  version?: number,
): Promise<Channel> => content(sdk.updateChannel({ path: { channelId }, body: patch, ...ifMatch(version) }))

/** `me` joins a public channel. */
export const addMember = (channelId: string, userId: string, role?: ChannelRole): Promise<Channel> =>
  content(sdk.addMember({ path: { channelId, userId }, body: role ? { role } : {} }))

/** `me` leaves the channel. */
export const removeMember = (channelId: string, userId: string): Promise<void> =>
  done(sdk.removeMember({ path: { channelId, userId } }))

export const updateMember = (channelId: string, userId: string, role: ChannelRole): Promise<Channel> =>
  content(sdk.updateMember({ path: { channelId, userId }, body: { role } }))

/** The conversation with these others; nobody but oneself gives notes to self. */
export const openDirect = (userIds: string[]): Promise<Channel> =>
  content(sdk.openDirect({ body: { userIds } }))

export interface MessagePage {
  messages: Message[]
  page: FeedPage
}

/** Ascending by number; with none of the three positions, the newest page. */
export async function listMessages(
  channelId: string,
  query: { before?: number; after?: number; around?: number; limit?: number } = {},
  signal?: AbortSignal,
): Promise<MessagePage> {
  const page = await answer(sdk.listMessages({ path: { channelId }, query, signal }))
  return { messages: page.data as Message[], page: page.pagination as FeedPage }
}

/** The same `clientKey` again gives the first one's message, so a retry never doubles. */
export const sendMessage = (
  channelId: string,
  body: string,
  clientKey: string,
  fileIds: string[] = [],
  signal?: AbortSignal,
): Promise<Message> =>
  content(
    sdk.sendMessage({
      path: { channelId },
      body: { body, clientKey, ...(fileIds.length > 0 ? { fileIds } : {}) },
      signal,
    }),
  )

export const updateMessage = (
  channelId: string,
  number: number,
  body: string,
  version?: number,
): Promise<Message> =>
  content(sdk.updateMessage({ path: { channelId, number }, body: { body }, ...ifMatch(version) }))

/** Gives the tombstone. `keepalive` lets it finish while the page goes away. */
export const deleteMessage = (
  channelId: string,
  number: number,
  options: { keepalive?: boolean } = {},
): Promise<Message> => content(sdk.deleteMessage({ path: { channelId, number }, ...options }))

/** Oldest first. */
export const listRevisions = (channelId: string, number: number): Promise<Revision[]> =>
  content(sdk.listRevisions({ path: { channelId, number } }))

/** Never goes back. */
export const markRead = (channelId: string, number: number): Promise<ReadMark> =>
  content(sdk.markRead({ path: { channelId }, body: { number } }))

/** Idempotent; gives all reactions to the message. */
export const addReaction = (channelId: string, number: number, emoji: string): Promise<MessageReactions> =>
  content(sdk.addReaction({ path: { channelId, number, emoji } }))

export const removeReaction = (channelId: string, number: number, emoji: string): Promise<MessageReactions> =>
  content(sdk.removeReaction({ path: { channelId, number, emoji } }))

/** The last one pinned first. */
export const listPins = (channelId: string, signal?: AbortSignal): Promise<PinnedMessage[]> =>
  content(sdk.listPins({ path: { channelId }, signal }))

export const pinMessage = (channelId: string, number: number): Promise<Channel> =>
  content(sdk.pinMessage({ path: { channelId, number } }))

export const unpinMessage = (channelId: string, number: number): Promise<Channel> =>
  content(sdk.unpinMessage({ path: { channelId, number } }))

/** The last one saved first. */
export async function listSaved(
  query: { page?: number; limit?: number } = {},
  signal?: AbortSignal,
): Promise<{ saved: SavedMessage[]; pagination: NumberedPage }> {
  const page = await answer(sdk.listSaved({ query, signal }))
  return { saved: page.data as SavedMessage[], pagination: page.pagination }
}

export const saveMessage = (channelId: string, number: number): Promise<Saved> =>
  content(sdk.saveMessage({ path: { channelId, number } }))

export const forgetMessage = (channelId: string, number: number): Promise<void> =>
  done(sdk.forgetMessage({ path: { channelId, number } }))
