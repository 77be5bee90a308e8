// What the journal tells: the durable events of the contract, and what HTTP answers bring in the same form.

import type {
  Account,
  Bootstrap,
  Channel,
  ChannelMember,
  Check,
  Draft,
  FollowedThread,
  Group,
  Hub,
  KeptFilter,
  MadeTask,
  Membership,
  Message,
  MessageReactions,
  OpenedThread,
  Poll,
  Preferences,
  Project,
  ProjectLevel,
  ReadMark,
  Reminder,
  Saved,
  Scheduled,
  Sections,
  Task,
  TaskActivity,
  TaskComment,
  Thread,
  UnreadNews,
  User,
  Watch,
} from '$api'

/** What the message shows on which a thread hangs. */
export interface Root {
  channelId: string
  number: number
  thread: Thread
}

export type TaskEventName =
  | 'task.created'
  | 'task.updated'
  | 'task.moved'
  | 'task.described'
  | 'task.checked'
  | 'task.related'
  | 'task.commented'
  | 'task.deleted'
  | 'task.restored'

/** A task as it is now, and what became of it. */
export interface TaskNews {
  task: Task
  activity: TaskActivity[]
  description?: string
  descriptionVersion?: number
  checklist?: Check[]
  comment?: TaskComment
  relation?: unknown
  /** Where they changed. */
  watcherIds?: string[]
}

export type HubEvent =
  | { name: 'hub.updated'; data: { hub: Hub } }
  | { name: 'user.created' | 'user.updated' | 'user.deleted'; data: { user: User } }
  | { name: 'account.updated'; data: { account: Account } }
  /** For admins: something of somebody that the others do not see. */
  | { name: 'person.updated'; data: { account: Account; twoFactor: boolean } }
  | { name: 'group.created' | 'group.updated'; data: { group: Group } }
  | { name: 'group.deleted'; data: { groupId: string } }
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
      /** `root` of a message in a thread. */
      data: { message: Message; root?: Root }
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
  /** What I began to write, empty once it was sent or thrown away. */
  | { name: 'draft.updated'; data: { draft: Draft } }
  /** What is to be sent for me. */
  | { name: 'scheduled.updated'; data: { scheduled: Scheduled } }
  | { name: 'scheduled.removed' | 'scheduled.sent'; data: { id: string } }
  /** What I want to be reminded of; `due` when its moment has come. */
  | { name: 'reminder.updated' | 'reminder.due'; data: { reminder: Reminder } }
  | { name: 'reminder.removed'; data: { id: string } }
  | { name: 'poll.updated'; data: { channelId: string; number: number; poll: Poll } }
  /** What I chose in an anonymous poll, on another device or here. */
  | { name: 'poll.answered'; data: { channelId: string; number: number; choices: number[] } }
  | { name: 'thread.followed'; data: { membership: Membership } }
  | { name: 'thread.unfollowed'; data: { channelId: string } }
  /** In a thread that I follow; the membership is that of one who had read everything before. */
  | {
      name: 'thread.replied'
      data: { membership: Membership; number: number; authorId: string; createdAt: string; everyone: boolean }
    }
  /** I am in a conversation whose past came from elsewhere. */
  | { name: 'membership.created'; data: { membership: Membership } }
  /** Messages came from elsewhere; they are nobody's unread. */
  | {
      name: 'messages.imported'
      data: { channelId: string; from: number; to: number; lastMessageAt: string }
    }
  /** What I want to be told of a conversation. */
  | { name: 'membership.updated'; data: { membership: Membership } }
  /** The words of which I want to be told. */
  | { name: 'alerts.updated'; data: { words: string[] } }
  /** How I sort my side bar. */
  | { name: 'sections.updated'; data: { sections: Sections } }
  | { name: 'filters.updated'; data: { filters: KeptFilter[] } }
  /** How many unread messages of a conversation speak to me. */
  | { name: 'mentions.updated'; data: { channelId: string; mentions: number } }
  | { name: 'read.updated'; data: ReadMark }
  | { name: 'project.created' | 'project.updated'; data: { project: Project } }
  /** I am in it no more, or it is not public any more: who still sees it is told what it is by what follows. */
  | { name: 'project.left' | 'project.closed'; data: { projectId: string } }
  | { name: TaskEventName; data: TaskNews }
  /** I was told something of a task, or told anew in the same place. */
  | { name: 'news.added'; data: { news: UnreadNews } }
  | { name: 'news.read'; data: { places: number[] } }
  | { name: 'news.level'; data: { projectLevel: ProjectLevel } }
  /** How I stand to what is told of a task. */
  | { name: 'watch.updated'; data: { taskId: string; watch: Watch } }
  /** A column was numbered anew. */
  | { name: 'task.ranked'; data: { projectId: string; ranks: [number, string][] } }
  /** Tasks were made of a message. */
  | { name: 'message.linked'; data: { channelId: string; number: number; tasks: MadeTask[] } }
  /** I moved a read mark back. */
  | { name: 'unread.marked'; data: { membership: Membership } }
  /** What else I want to be told, and when. */
  | { name: 'preferences.updated'; data: { preferences: Preferences } }
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
  /** A thread was opened, or my place in it changed. */
  | { name: 'thread.opened'; data: OpenedThread }
  | { name: 'threads.loaded'; data: { threads: readonly FollowedThread[] } }
  /** My reply was the first: its thread is there, before the event that tells of it. */
  | { name: 'thread.began'; data: Root }
  | { name: 'messages.released'; data: { channelId: string; from: number; to: number } }
  | { name: 'window.closed'; data: { channelId: string } }

export type AnyEvent = HubEvent | LocalEvent
