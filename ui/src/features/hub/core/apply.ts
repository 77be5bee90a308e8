// The one place where the picture changes. Realtime events and HTTP answers go through it alike, in any
// order and more than once: an answer may overtake its event, and a replay may repeat what a fresh load
// already contains.

import type {
  Channel,
  Draft,
  FollowedThread,
  Membership,
  Message,
  MessageReactions,
  OpenedThread,
  User,
} from '$api'
import type { AnyEvent, HubEvent, Root } from './events'
import { draftKey, placeOf, stateOf, type State } from './state'
import { emptyWindow, keepOnly, messageAt, putMessages, putReactions, type Window } from './window'

export function apply(state: State, event: AnyEvent): State {
  switch (event.name) {
    case 'bootstrapped':
      return stateOf(event.data)
    case 'hub.updated':
      return { ...state, hub: event.data.hub }
    case 'user.created':
    case 'user.updated':
    case 'user.deleted':
      return setUser(state, event.data.user)
    case 'account.updated':
      if (event.data.account.version < state.me.version) return state
      return { ...state, me: event.data.account }
    case 'person.updated':
      return state
    case 'group.created':
    case 'group.updated':
      return { ...state, groups: withNewer(state.groups, event.data.group.id, event.data.group) }
    case 'group.deleted':
      return { ...state, groups: without(state.groups, event.data.groupId) }
    case 'channel.created':
    case 'channel.updated':
    case 'message.pinned':
    case 'message.unpinned':
      return setChannel(state, event.data.channel)
    case 'member.joined':
      return joined(state, event.data)
    case 'member.updated':
      return memberUpdated(state, event.data)
    case 'member.left':
      return left(state, event.data.channelId, event.data.userId)
    case 'message.created':
      return setRoot(created(state, event.data.message), event.data.root)
    case 'message.updated':
      return setRoot(
        setMessages(state, event.data.message.channelId, [event.data.message], 'loaded'),
        event.data.root,
      )
    case 'message.deleted':
      return setRoot(deleted(state, event.data.message), event.data.root)
    case 'reaction.added':
    case 'reaction.removed':
    case 'reactions.loaded':
      return setReactions(state, event.data)
    case 'saved.added': {
      const { saved } = event.data
      return { ...state, saved: { ...state.saved, [placeOf(saved)]: saved } }
    }
    case 'saved.removed':
      return { ...state, saved: without(state.saved, placeOf(event.data)) }
    case 'draft.updated':
      return setDraft(state, event.data.draft)
    case 'scheduled.updated': {
      const { scheduled } = event.data
      return { ...state, scheduled: withNewer(state.scheduled, scheduled.id, scheduled) }
    }
    case 'scheduled.removed':
    case 'scheduled.sent':
      return { ...state, scheduled: without(state.scheduled, event.data.id) }
    case 'reminder.updated':
    case 'reminder.due': {
      const { reminder } = event.data
      return { ...state, reminders: withNewer(state.reminders, reminder.id, reminder) }
    }
    case 'reminder.removed':
      return { ...state, reminders: without(state.reminders, event.data.id) }
    case 'poll.updated':
      return { ...state, polls: withNewer(state.polls, placeOf(event.data), event.data.poll) }
    case 'poll.answered':
      return { ...state, answers: { ...state.answers, [placeOf(event.data)]: event.data.choices } }
    case 'thread.followed':
      return followed(state, event.data.membership)
    case 'thread.unfollowed':
      return { ...state, memberships: without(state.memberships, event.data.channelId) }
    case 'membership.updated':
      return preferred(state, event.data.membership)
    case 'membership.created':
      return movedBack(state, event.data.membership)
    case 'messages.imported':
      return imported(state, event.data)
    case 'alerts.updated':
      return { ...state, alerts: event.data.words }
    case 'sections.updated':
      return { ...state, sections: event.data.sections }
    case 'filters.updated':
      return { ...state, filters: event.data.filters }
    case 'preferences.updated':
      return { ...state, preferences: event.data.preferences }
    case 'unread.marked':
      return movedBack(state, event.data.membership)
    case 'mentions.updated':
      return mentioned(state, event.data)
    case 'thread.replied':
      return replied(state, event.data)
    case 'thread.opened':
      return opened(state, event.data)
    case 'threads.loaded':
      return event.data.threads.reduce(threadLoaded, state)
    case 'thread.began':
      return setRoot(state, event.data)
    case 'read.updated':
      return read(state, event.data)
    case 'project.created':
    case 'project.updated':
      return { ...state, projects: withNewer(state.projects, event.data.project.id, event.data.project) }
    case 'project.left':
    case 'project.closed':
      return { ...state, projects: without(state.projects, event.data.projectId) }
    case 'news.added': {
      const { news } = event.data
      return { ...state, news: { ...state.news, [news.place]: news } }
    }
    case 'news.read':
      return { ...state, news: event.data.places.map(String).reduce(without, state.news) }
    case 'news.level': {
      const { projectId, level } = event.data.projectLevel
      return { ...state, projectLevels: { ...state.projectLevels, [projectId]: level } }
    }
    case 'message.linked':
      return linked(state, event.data)
    case 'messages.loaded':
      return setMessages(state, event.data.channelId, event.data.messages, 'open')
    case 'message.sent':
      return created(state, event.data.message)
    case 'messages.released':
      return setWindow(state, event.data.channelId, (window) =>
        keepOnly(window, event.data.from, event.data.to),
      )
    case 'window.closed':
      return { ...state, windows: without(state.windows, event.data.channelId) }
    default:
      // Of what this picture does not show, or a newer server tells: nothing changes.
      return state
  }
}

type Data<Name extends HubEvent['name']> = Extract<HubEvent, { name: Name }>['data']

function without<T>(table: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in table)) return table
  const { [key]: _gone, ...rest } = table
  return rest
}

/** What is there already stays where it is newer: an answer may come after the event of a later change. */
function withNewer<T extends { version: number }>(
  table: Readonly<Record<string, T>>,
  key: string,
  next: T,
): Readonly<Record<string, T>> {
  const before = table[key]
  return before && before.version > next.version ? table : { ...table, [key]: next }
}

function setUser(state: State, user: User): State {
  const before = state.users[user.id]
  if (before && before.version > user.version) return state
  const me = user.id === state.me.id && user.version >= state.me.version ? { ...state.me, ...user } : state.me
  return { ...state, me, users: { ...state.users, [user.id]: user } }
}

const setChannel = (state: State, channel: Channel): State => ({
  ...state,
  channels: withNewer(state.channels, channel.id, channel),
})

function setDraft(state: State, draft: Draft): State {
  const key = draftKey(draft)
  const before = state.drafts[key]
  if (before && Date.parse(before.editedAt) >= Date.parse(draft.editedAt)) return state
  return { ...state, drafts: { ...state.drafts, [key]: draft } }
}

function linked(state: State, { channelId, number, tasks }: Data<'message.linked'>): State {
  const window = state.windows[channelId]
  const message = window && messageAt(window, number)
  if (!message || message.tasks.length > tasks.length) return state
  return setMessages(state, channelId, [{ ...message, tasks }], 'loaded')
}

function setMembership(state: State, membership: Membership): State {
  return { ...state, memberships: { ...state.memberships, [membership.channelId]: membership } }
}

function joined(state: State, data: Data<'member.joined'>): State {
  const next = setChannel(state, data.channel)
  if (data.member.userId !== state.me.id) return next
  const before = state.memberships[data.channel.id]
  // Repeated by a replay: what was counted since then stays.
  if (before) return setMembership(next, { ...before, role: data.member.role })
  return setMembership(next, {
    channelId: data.channel.id,
    role: data.member.role,
    readNumber: data.lastNumber,
    lastNumber: data.lastNumber,
    lastMessageAt: data.lastMessageAt,
    unread: 0,
    mentions: 0,
    level: null,
    muted: false,
    joinedAt: data.joinedAt,
    thread: null,
  })
}

function memberUpdated(state: State, data: Data<'member.updated'>): State {
  const next = setChannel(state, data.channel)
  const membership = state.memberships[data.channel.id]
  if (data.member.userId !== state.me.id || !membership) return next
  return setMembership(next, { ...membership, role: data.member.role })
}

function left(state: State, channelId: string, userId: string): State {
  const channel = state.channels[channelId]
  const mine = userId === state.me.id
  const memberships = mine
    ? withoutThreads(without(state.memberships, channelId), channelId)
    : state.memberships
  // Without membership there are no events: what is loaded would go stale unseen.
  const windows = mine ? withoutWindows(state, channelId) : state.windows
  if (!channel) return { ...state, memberships, windows }
  // A guest sees nothing but what it belongs to.
  if (mine && (channel.kind !== 'public' || state.me.role === 'guest')) {
    return {
      ...state,
      memberships,
      windows,
      channels: without(state.channels, channelId),
    }
  }
  const members = channel.members.filter((member) => member.userId !== userId)
  return {
    ...state,
    memberships,
    windows,
    channels: { ...state.channels, [channelId]: { ...channel, members } },
  }
}

/** `open` makes the window where there is none; `loaded` only keeps an existing one up to date. */
function setMessages(
  state: State,
  channelId: string,
  messages: readonly Message[],
  how: 'open' | 'loaded',
): State {
  if (how === 'loaded' && !state.windows[channelId]) return state
  return setWindow(state, channelId, (window) => putMessages(window, messages))
}

function setReactions(state: State, reactions: MessageReactions): State {
  if (!state.windows[reactions.channelId]) return state
  return setWindow(state, reactions.channelId, (window) => putReactions(window, reactions))
}

function setWindow(state: State, channelId: string, change: (window: Window) => Window): State {
  const before = state.windows[channelId]
  const after = change(before ?? emptyWindow)
  if (after === before) return state
  return { ...state, windows: { ...state.windows, [channelId]: after } }
}

function created(state: State, message: Message): State {
  const next = setMessages(state, message.channelId, [message], 'loaded')
  const membership = state.memberships[message.channelId]
  return membership ? count(next, membership, { ...message, everyone: message.mentions.everyone }) : next
}

/** A message came into a conversation that is mine. */
function count(
  next: State,
  membership: Membership,
  message: Pick<Message, 'number' | 'authorId' | 'createdAt'> & { everyone: boolean },
): State {
  const fresh = message.number > membership.lastNumber
  const lastNumber = fresh ? message.number : membership.lastNumber
  const lastMessageAt = fresh ? message.createdAt : membership.lastMessageAt
  if (message.authorId === next.me.id) {
    if (message.number <= membership.readNumber && !fresh) return next
    return setMembership(next, {
      ...membership,
      lastNumber,
      lastMessageAt,
      readNumber: Math.max(membership.readNumber, message.number),
      unread: message.number >= lastNumber ? 0 : membership.unread,
      mentions: message.number >= lastNumber ? 0 : membership.mentions,
    })
  }
  if (!fresh) return next
  // Whoever is named alone is told so by an event of their own.
  const mentions = membership.mentions + (message.everyone ? 1 : 0)
  return setMembership(next, {
    ...membership,
    lastNumber,
    lastMessageAt,
    unread: membership.unread + 1,
    mentions,
  })
}

function deleted(state: State, message: Message): State {
  const next = setMessages(state, message.channelId, [message], 'loaded')
  const membership = state.memberships[message.channelId]
  if (!membership || message.authorId === state.me.id || message.number <= membership.readNumber) return next
  return setMembership(next, { ...membership, unread: Math.max(0, membership.unread - 1) })
}

function read(state: State, mark: Data<'read.updated'>): State {
  const membership = state.memberships[mark.channelId]
  if (!membership || mark.readNumber <= membership.readNumber) return state
  return setMembership(state, {
    ...membership,
    readNumber: mark.readNumber,
    unread: mark.unread,
    mentions: mark.mentions,
  })
}

/** Of a thread that was read to its end nothing may have been known here. */
function movedBack(state: State, membership: Membership): State {
  const before = state.memberships[membership.channelId]
  // What came since is known already: my own message, which reads everything, or a fresh load.
  if (before && before.lastNumber > membership.lastNumber) return state
  return setMembership(state, membership)
}

/** Whoever had read to the end has read what came as well. */
function imported(state: State, { channelId, from, to, lastMessageAt }: Data<'messages.imported'>): State {
  const before = state.memberships[channelId]
  if (!before || before.lastNumber >= to) return state
  const readNumber = before.readNumber + 1 >= from ? to : before.readNumber
  return setMembership(state, { ...before, lastNumber: to, lastMessageAt, readNumber })
}

/** What was chosen; what was counted meanwhile stays. */
function preferred(state: State, { channelId, level, muted }: Membership): State {
  const before = state.memberships[channelId]
  return before ? setMembership(state, { ...before, level, muted }) : state
}

function mentioned(state: State, { channelId, mentions }: Data<'mentions.updated'>): State {
  const before = state.memberships[channelId]
  return before ? setMembership(state, { ...before, mentions }) : state
}

// Threads

/** What the message shows on which a thread hangs, where that message is loaded. */
function setRoot(state: State, root: Root | undefined): State {
  const window = root && state.windows[root.channelId]
  const message = window && messageAt(window, root.number)
  if (!message) return state
  return setMessages(state, root.channelId, [{ ...message, thread: root.thread }], 'loaded')
}

/** Whoever leaves a conversation follows its threads no more. */
function withoutThreads(memberships: State['memberships'], channelId: string): State['memberships'] {
  const kept = Object.entries(memberships).filter(([, place]) => place.thread?.channelId !== channelId)
  return kept.length === Object.keys(memberships).length ? memberships : Object.fromEntries(kept)
}

/** What is loaded of a conversation and of its threads. */
function withoutWindows(state: State, channelId: string): State['windows'] {
  const window = state.windows[channelId]
  if (!window) return state.windows
  const gone = new Set([channelId])
  for (const block of Object.values(window.blocks)) {
    for (const message of block) if (message?.thread) gone.add(message.thread.id)
  }
  return Object.fromEntries(Object.entries(state.windows).filter(([id]) => !gone.has(id)))
}

/** Repeated by a replay: what was counted since then stays. */
function followed(state: State, membership: Membership): State {
  return state.memberships[membership.channelId] ? state : setMembership(state, membership)
}

function replied(state: State, data: Data<'thread.replied'>): State {
  const membership = state.memberships[data.membership.channelId] ?? data.membership
  return count(state, membership, data)
}

function opened(state: State, { root, membership }: OpenedThread): State {
  const next = setMessages(state, root.channelId, [root], 'open')
  return membership ? placeLoaded(next, membership) : next
}

function threadLoaded(state: State, { root, membership, latest }: FollowedThread): State {
  const next = opened(state, { root, membership })
  return setMessages(next, membership.channelId, latest, 'open')
}

/** Of an answer and what the events counted meanwhile, what has come further counts. */
function placeLoaded(state: State, membership: Membership): State {
  const before = state.memberships[membership.channelId]
  if (before && (before.lastNumber > membership.lastNumber || before.readNumber > membership.readNumber))
    return state
  return setMembership(state, membership)
}
