import * as sdk from './generated'
import { answer, BASE, content, done, ifMatch } from './http'
import type {
  Channel,
  Draft,
  ChannelRole,
  FeedPage,
  FollowedThread,
  Hook,
  LinkPreview,
  Level,
  Membership,
  Mention,
  Message,
  MessageReactions,
  NewHook,
  NewPoll,
  NumberedPage,
  OpenedThread,
  PinnedMessage,
  PollAnswer,
  Readers,
  ReadMark,
  Reminder,
  ReminderShown,
  Revision,
  Saved,
  SavedMessage,
  Scheduled,
  Sections,
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

/** Where the file with a channel's history is. */
export const exportChannelUrl = (channelId: string, format: 'text' | 'jsonl'): string =>
  `${BASE}/channels/${channelId}/export?format=${format}`

/** The incoming webhooks of a channel, for who manages it. */
export const listHooks = (channelId: string): Promise<Hook[]> =>
  content(sdk.listHooks({ path: { channelId } }))

export const createHook = (channelId: string, name: string): Promise<NewHook> =>
  content(sdk.createHook({ path: { channelId }, body: { name } }))

/** Another address; the one before stops working. */
export const rotateHook = (channelId: string, hookId: string): Promise<NewHook> =>
  content(sdk.rotateHook({ path: { channelId, hookId } }))

export const deleteHook = (channelId: string, hookId: string): Promise<void> =>
  done(sdk.deleteHook({ path: { channelId, hookId } }))

/** Makes a private channel out of a group conversation. */
export const convertChannel = (channelId: string, name: string): Promise<Channel> =>
  content(sdk.convertChannel({ path: { channelId }, body: { name } }))

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

/** One message as it is now; a problem where it may not be read. */
export const getMessage = (channelId: string, number: number, signal?: AbortSignal): Promise<Message> =>
  content(sdk.getMessage({ path: { channelId, number }, signal }))

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

/** The message and all after it, on all of my devices. */
export const markUnread = (channelId: string, number: number): Promise<ReadMark> =>
  content(sdk.markUnread({ path: { channelId, number } }))

/** Who has read a message, as far as they let it be seen. */
export const listReaders = (channelId: string, number: number): Promise<Readers> =>
  content(sdk.listReaders({ path: { channelId, number } }))

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

/** Gives what is kept: it may be newer. `keepalive` lets it finish while the page goes away. */
export const putDraft = (draft: Draft, options: { keepalive?: boolean } = {}): Promise<Draft> =>
  content(sdk.putDraft({ body: draft, ...options }))

/** Has a message sent at a moment. */
export const scheduleMessage = (message: {
  channelId: string
  root?: number
  alsoToChannel?: boolean
  body: string
  sendAt: string
}): Promise<Scheduled> => content(sdk.scheduleMessage({ body: message }))

export const updateScheduled = (id: string, change: { body?: string; sendAt?: string }): Promise<Scheduled> =>
  content(sdk.updateScheduled({ path: { id }, body: change }))

export const sendScheduled = (id: string): Promise<Message> => content(sdk.sendScheduled({ path: { id } }))

export const deleteScheduled = (id: string): Promise<void> => done(sdk.deleteScheduled({ path: { id } }))

/** What is due and what waits, by its moment; then what is done, the last first. */
export async function listReminders(
  query: { page?: number; limit?: number } = {},
  signal?: AbortSignal,
): Promise<{ reminders: ReminderShown[]; pagination: NumberedPage }> {
  const page = await answer(sdk.listReminders({ query, signal }))
  return { reminders: page.data as ReminderShown[], pagination: page.pagination }
}

/** Has me reminded of a message, of some words, or of both. */
export const createReminder = (reminder: {
  text?: string
  message?: { channelId: string; number: number }
  dueAt: string
}): Promise<Reminder> => content(sdk.createReminder({ body: reminder }))

export const updateReminder = (
  id: string,
  change: { text?: string; dueAt?: string; done?: boolean },
): Promise<Reminder> => content(sdk.updateReminder({ path: { id }, body: change }))

export const deleteReminder = (id: string): Promise<void> => done(sdk.deleteReminder({ path: { id } }))

/** Asks something: in a conversation, or in the thread below one of its messages. */
export const sendPoll = (
  { channelId, root }: { channelId: string; root?: number },
  question: string,
  poll: NewPoll,
  clientKey: string,
): Promise<Message> =>
  content(
    root === undefined
      ? sdk.sendMessage({ path: { channelId }, body: { body: question, clientKey, poll } })
      : sdk.createReply({ path: { channelId, number: root }, body: { body: question, clientKey, poll } }),
  )

/** With what I chose. */
export const getPoll = (channelId: string, number: number, signal?: AbortSignal): Promise<PollAnswer> =>
  content(sdk.getPoll({ path: { channelId, number }, signal }))

/** In the place of what I chose before; nothing takes it back. */
export const voteInPoll = (channelId: string, number: number, choices: number[]): Promise<PollAnswer> =>
  content(sdk.voteInPoll({ path: { channelId, number }, body: { choices } }))

/** For good. */
export const closePoll = (channelId: string, number: number): Promise<PollAnswer> =>
  content(sdk.closePoll({ path: { channelId, number } }))

/** A message with its thread, if it has one. */
export const getThread = (channelId: string, number: number, signal?: AbortSignal): Promise<OpenedThread> =>
  content(sdk.getThread({ path: { channelId, number }, signal }))

/** As `sendMessage`, in reply to a message; the first reply begins the thread. */
export const createReply = (
  channelId: string,
  number: number,
  reply: { body: string; clientKey: string; fileIds: string[]; alsoToChannel: boolean },
  signal?: AbortSignal,
): Promise<Message> => content(sdk.createReply({ path: { channelId, number }, body: reply, signal }))

export const followThread = (threadId: string): Promise<Membership> =>
  content(sdk.followThread({ path: { threadId } }))

export const unfollowThread = (threadId: string): Promise<void> =>
  done(sdk.unfollowThread({ path: { threadId } }))

/** The threads that I follow, the ones written in last first. */
export async function listThreads(
  query: { filter: 'all' | 'unread'; page?: number; limit?: number },
  signal?: AbortSignal,
): Promise<{ threads: FollowedThread[]; page: NumberedPage }> {
  const page = await answer(sdk.listThreads({ query, signal }))
  return { threads: page.data as FollowedThread[], page: page.pagination }
}

/** The messages that spoke to me, the newest first. */
export async function listMentions(
  query: { before?: number; limit?: number } = {},
  signal?: AbortSignal,
): Promise<{ mentions: Mention[]; page: { before: number; hasBefore: boolean } }> {
  const page = await answer(sdk.listMentions({ query, signal }))
  return { mentions: page.data as Mention[], page: page.pagination }
}

/** Without a level, what I usually want holds. */
export const setNotifications = (
  channelId: string,
  level: Level | null,
  muted: boolean,
): Promise<Membership> => content(sdk.setNotifications({ path: { channelId }, body: { level, muted } }))

/** The words of which I want to be told, as the server keeps them. */
export const setAlerts = (words: string[]): Promise<{ words: string[] }> =>
  content(sdk.setAlerts({ body: { words } }))

// The sections of my side bar; each gives all of them.

export const createSection = (name: string, channelId?: string): Promise<Sections> =>
  content(sdk.createSection({ body: { name, ...(channelId ? { channelId } : {}) } }))

export const updateSection = (
  sectionId: string,
  change: { name?: string; place?: number },
): Promise<Sections> => content(sdk.updateSection({ path: { sectionId }, body: change }))

export const deleteSection = (sectionId: string): Promise<Sections> =>
  content(sdk.deleteSection({ path: { sectionId } }))

/** Puts a conversation into `favourites`, into `none`, or into a section that I named. */
export const setSection = (channelId: string, section: string): Promise<Sections> =>
  content(sdk.setSection({ path: { channelId }, body: { section } }))

/** What stands behind the links of a message, where an admin lets the hub look. */
export const listPreviews = (channelId: string, number: number): Promise<LinkPreview[]> =>
  content(sdk.listPreviews({ path: { channelId, number } }))

/** Shows nothing beneath my message of what it links to. */
export const deletePreviews = (channelId: string, number: number): Promise<Message> =>
  content(sdk.deletePreviews({ path: { channelId, number } }))
