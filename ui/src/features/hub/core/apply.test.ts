import { describe, expect, it } from 'vitest'
import type { UnreadNews } from '$api'
import { apply } from './apply'
import type { AnyEvent } from './events'
import { bootstrap, channel, membership, message, preferences, user } from './fixtures'
import { stateOf, type State } from './state'
import { messageAt } from './window'

const start = stateOf(bootstrap())
const run = (state: State, ...events: AnyEvent[]) => events.reduce(apply, state)
const created = (number: number, authorId = 'bob'): AnyEvent => ({
  name: 'message.created',
  data: {
    message: message('general', number, { authorId, createdAt: `2026-11-22T10:00:${10 + number}.000Z` }),
  },
})
const deleted = (number: number): AnyEvent => ({
  name: 'message.deleted',
  data: {
    message: message('general', number, { body: '', deletedAt: '2026-11-22T11:00:00.000Z', version: 2 }),
  },
})

it('stays as it is at an event that it does not know', () => {
  const unknown = { name: 'kettle.boiled', data: {} } as unknown as AnyEvent
  expect(run(start, unknown, { name: 'network.updated', data: {} })).toBe(start)
})

describe('messages that came from elsewhere', () => {
  const imported = (from: number, to: number): AnyEvent => ({
    name: 'messages.imported',
    data: { channelId: 'general', from, to, lastMessageAt: '2026-11-20T10:00:00.000Z' },
  })

  it('are read by who had read to the end', () => {
    const state = run(start, imported(6, 30), imported(31, 40))
    expect(state.memberships.general).toMatchObject({ lastNumber: 40, readNumber: 40, unread: 0 })
  })

  it('leave what was unread as it is, and count once', () => {
    const state = run(start, created(6), imported(7, 30), imported(7, 30))
    expect(state.memberships.general).toMatchObject({ lastNumber: 30, readNumber: 5, unread: 1 })
  })
})

describe('counting', () => {
  it("counts another's message as unread", () => {
    const state = run(start, created(6), created(7))
    expect(state.memberships.general).toMatchObject({ lastNumber: 7, readNumber: 5, unread: 2 })
    expect(state.memberships.general?.lastMessageAt).toBe('2026-11-22T10:00:17.000Z')
  })

  it('reads everything when I write', () => {
    const state = run(start, created(6), created(7, 'ann'))
    expect(state.memberships.general).toMatchObject({ lastNumber: 7, readNumber: 7, unread: 0 })
  })

  it('counts a message once when a replay repeats it', () => {
    const state = run(start, created(6), created(6))
    expect(state.memberships.general?.unread).toBe(1)
  })

  it('takes an answer that overtakes the events before it', () => {
    const mine = message('general', 8, { authorId: 'ann' })
    const state = run(
      start,
      created(6),
      { name: 'message.sent', data: { message: mine } },
      created(7),
      created(8, 'ann'),
    )
    expect(state.memberships.general).toMatchObject({ lastNumber: 8, readNumber: 8, unread: 0 })
  })

  it('no longer counts a deleted message that was unread', () => {
    const state = run(start, created(6), created(7), deleted(6))
    expect(state.memberships.general?.unread).toBe(1)
  })

  it('leaves the count alone when a read message is deleted', () => {
    const state = run(start, created(6), deleted(3))
    expect(state.memberships.general?.unread).toBe(1)
  })

  it('never moves the read mark back', () => {
    const read = (readNumber: number, unread: number): AnyEvent => ({
      name: 'read.updated',
      data: { channelId: 'general', readNumber, unread, mentions: 0 },
    })
    const state = run(start, created(6), created(7), read(7, 0), read(6, 1))
    expect(state.memberships.general).toMatchObject({ readNumber: 7, unread: 0 })
  })

  it('ignores conversations that are not mine', () => {
    const state = run(start, { name: 'message.created', data: { message: message('random', 1) } })
    expect(state.memberships.random).toBeUndefined()
  })
})

describe('mentions', () => {
  const everyone = (number: number, authorId = 'bob'): AnyEvent => ({
    name: 'message.created',
    data: {
      message: message('general', number, {
        authorId,
        mentions: { everyone: true, here: false, people: [] },
      }),
    },
  })

  it('to all are counted by the message, those to me by what the server says', () => {
    const state = run(start, everyone(6), everyone(6), created(7))
    expect(state.memberships.general).toMatchObject({ unread: 2, mentions: 1 })
    const told = run(state, { name: 'mentions.updated', data: { channelId: 'general', mentions: 2 } })
    expect(told.memberships.general).toMatchObject({ unread: 2, mentions: 2 })
    expect(run(told, everyone(8, 'ann')).memberships.general).toMatchObject({ unread: 0, mentions: 0 })
  })

  it('are read with what is read', () => {
    const state = run(start, everyone(6), created(7), {
      name: 'read.updated',
      data: { channelId: 'general', readNumber: 6, unread: 1, mentions: 0 },
    })
    expect(state.memberships.general).toMatchObject({ unread: 1, mentions: 0 })
  })

  it('and counts stay when a choice comes back', () => {
    const state = run(start, everyone(6), {
      name: 'membership.updated',
      data: { membership: membership('general', { level: 'nothing', muted: true }) },
    })
    expect(state.memberships.general).toMatchObject({ level: 'nothing', muted: true, mentions: 1 })
  })
})

describe('a read mark that was moved back', () => {
  const marked = (fields: Parameters<typeof membership>[1], channelId = 'general'): AnyEvent => ({
    name: 'unread.marked',
    data: { membership: membership(channelId, fields) },
  })

  it('makes what follows it unread', () => {
    const state = run(
      start,
      created(6),
      created(7, 'ann'),
      marked({ readNumber: 5, lastNumber: 7, unread: 1 }),
    )
    expect(state.memberships.general).toMatchObject({ readNumber: 5, lastNumber: 7, unread: 1 })
    expect(run(state, created(8)).memberships.general).toMatchObject({ lastNumber: 8, unread: 2 })
  })

  it('does not undo what I wrote since', () => {
    const mine = message('general', 8, { authorId: 'ann' })
    const sent: AnyEvent = { name: 'message.sent', data: { message: mine } }
    const state = run(
      start,
      created(6),
      created(7),
      sent,
      marked({ readNumber: 5, lastNumber: 7, unread: 2 }),
    )
    expect(state.memberships.general).toMatchObject({ readNumber: 8, unread: 0 })
  })

  it('brings back a thread that had been read', () => {
    const thread = { channelId: 'general', number: 3 }
    const state = run(start, marked({ thread, readNumber: 0, lastNumber: 1, unread: 1 }, 'thread'))
    expect(state.memberships.thread).toMatchObject({ thread, unread: 1 })
  })
})

it('holds what I want to be told', () => {
  const wanted = preferences({ level: 'everything', quiet: true })
  const state = run(start, { name: 'preferences.updated', data: { preferences: wanted } })
  expect(state.preferences).toBe(wanted)
})

describe('members', () => {
  const joined = (userId: string): AnyEvent => ({
    name: 'member.joined',
    data: {
      channel: channel('random', {
        members: [
          { userId: 'bob', role: 'manager' },
          { userId, role: 'member' },
        ],
      }),
      member: { userId, role: 'member' },
      lastNumber: 12,
      lastMessageAt: null,
      joinedAt: '2026-11-22T10:00:00.000Z',
    },
  })

  it('makes a membership with nothing unread when I join', () => {
    const state = run(start, joined('ann'))
    expect(state.memberships.random).toMatchObject({ readNumber: 12, lastNumber: 12, unread: 0 })
  })

  it('keeps what was counted when a replay repeats the joining', () => {
    const counted: AnyEvent = {
      name: 'message.created',
      data: { message: message('random', 13) },
    }
    const state = run(start, joined('ann'), counted, joined('ann'))
    expect(state.memberships.random).toMatchObject({ lastNumber: 13, unread: 1 })
  })

  it('only lists another who joins', () => {
    const state = run(start, joined('mia'))
    expect(state.channels.random?.members).toHaveLength(2)
    expect(state.memberships.random).toBeUndefined()
  })

  it('keeps a public channel that I leave, and forgets a private one', () => {
    const secret = channel('secret', { kind: 'private' })
    const state = run(
      stateOf(
        bootstrap({
          channels: [channel('general'), secret],
          memberships: [membership('general'), membership('secret')],
        }),
      ),
      { name: 'member.left', data: { channelId: 'general', userId: 'ann' } },
      { name: 'member.left', data: { channelId: 'secret', userId: 'ann' } },
    )
    expect(state.memberships).toEqual({})
    expect(Object.keys(state.channels)).toEqual(['general'])
    expect(state.channels.general?.members.map((member) => member.userId)).toEqual(['bob'])
  })

  it('takes a new role of mine', () => {
    const members = [{ userId: 'ann', role: 'member' as const }]
    const state = run(start, {
      name: 'member.updated',
      data: { channel: channel('general', { version: 2, members }), member: members[0]! },
    })
    expect(state.memberships.general?.role).toBe('member')
  })
})

describe('entities', () => {
  it('keeps the newer of two versions, whichever comes last', () => {
    const state = run(
      start,
      { name: 'channel.updated', data: { channel: channel('general', { version: 3, topic: 'new' }) } },
      { name: 'channel.updated', data: { channel: channel('general', { version: 2, topic: 'old' }) } },
      { name: 'user.updated', data: { user: user('bob', { version: 5, name: 'Robert' }) } },
      { name: 'user.updated', data: { user: user('bob', { version: 4, name: 'Rob' }) } },
    )
    expect(state.channels.general?.topic).toBe('new')
    expect(state.users.bob?.name).toBe('Robert')
  })

  it('knows me by my new name', () => {
    const state = run(start, {
      name: 'user.updated',
      data: { user: user('ann', { version: 2, name: 'Anna' }) },
    })
    expect(state.me).toMatchObject({ name: 'Anna', email: null })
  })

  it('keeps people who are gone, for what they wrote', () => {
    const state = run(start, {
      name: 'user.deleted',
      data: { user: user('bob', { version: 2, deletedAt: '2026-11-22T10:00:00.000Z' }) },
    })
    expect(state.users.bob?.deletedAt).not.toBeNull()
  })
})

describe('messages', () => {
  const page: AnyEvent = {
    name: 'messages.loaded',
    data: { channelId: 'general', messages: [4, 5].map((number) => message('general', number)) },
  }

  it('keeps bodies only for conversations that were opened', () => {
    expect(run(start, created(6)).windows).toEqual({})
    const state = run(start, page, created(6))
    expect(messageAt(state.windows.general!, 6)?.body).toBe('message 6')
  })

  it('does not count what a page of history brings', () => {
    expect(run(start, page).memberships.general).toBe(start.memberships.general)
  })

  it('shows an edit and a deletion', () => {
    const edited = message('general', 4, { body: 'better', version: 2, editedAt: '2026-11-22T10:00:00.000Z' })
    const state = run(start, page, { name: 'message.updated', data: { message: edited } }, deleted(5))
    expect(messageAt(state.windows.general!, 4)?.body).toBe('better')
    expect(messageAt(state.windows.general!, 5)?.deletedAt).not.toBeNull()
  })

  it('does not let an older answer undo an edit', () => {
    const edited = message('general', 4, { body: 'better', version: 2 })
    const state = run(start, page, { name: 'message.updated', data: { message: edited } }, page)
    expect(messageAt(state.windows.general!, 4)?.body).toBe('better')
  })
})

describe('reactions', () => {
  const told = (reactionsVersion: number, ...userIds: string[]) => ({
    channelId: 'general',
    number: 6,
    reactions: userIds.length ? [{ emoji: '👍', userIds }] : [],
    reactionsVersion,
  })
  const reacted = (version: number, ...userIds: string[]): AnyEvent => ({
    name: 'reaction.added',
    data: { ...told(version, ...userIds), emoji: '👍', userId: userIds.at(-1) ?? 'bob' },
  })
  const loaded = (fields: Partial<ReturnType<typeof message>> = {}): AnyEvent => ({
    name: 'messages.loaded',
    data: { channelId: 'general', messages: [message('general', 6, fields)] },
  })
  const shown = (state: State) => messageAt(state.windows.general!, 6)

  it('stand on the message, whichever of two came later', () => {
    const state = run(start, loaded(), reacted(2, 'bob', 'ann'), reacted(1, 'bob'))
    expect(shown(state)?.reactions).toEqual([{ emoji: '👍', userIds: ['bob', 'ann'] }])
    expect(shown(state)?.version).toBe(1)
  })

  it('survive an edit that was made before them, and an edit survives them', () => {
    const edit: AnyEvent = {
      name: 'message.updated',
      data: { message: message('general', 6, { body: 'changed', version: 2 }) },
    }
    for (const order of [
      [reacted(1, 'bob'), edit],
      [edit, reacted(1, 'bob')],
    ]) {
      const state = run(start, loaded(), ...order)
      expect(shown(state)).toMatchObject({ body: 'changed', version: 2, reactionsVersion: 1 })
    }
  })

  it('are not lost when they overtake the page that their message comes with', () => {
    const open: AnyEvent = { name: 'messages.loaded', data: { channelId: 'general', messages: [] } }
    const state = run(start, open, reacted(2, 'bob', 'ann'), loaded(told(1, 'bob')))
    expect(shown(state)?.reactionsVersion).toBe(2)
    expect(shown(run(state, loaded(told(3))))?.reactions).toEqual([])
  })

  it('go with the message', () => {
    const gone: AnyEvent = {
      name: 'message.deleted',
      data: { message: message('general', 6, { body: '', deletedAt: 'x', version: 2 }) },
    }
    const state = run(start, loaded(told(4, 'bob')), gone, reacted(5, 'ann'))
    expect(shown(state)?.reactions).toEqual([])
  })
})

it('keeps what is to be sent for me until it was sent', () => {
  const scheduled = {
    id: 's',
    channelId: 'general',
    root: null,
    alsoToChannel: false,
    body: 'Good morning',
    sendAt: '2026-11-23T08:00:00.000Z',
    createdAt: '2026-11-22T10:00:00.000Z',
    version: 1,
    state: 'waiting' as const,
    problem: null,
  }
  const changed = { ...scheduled, version: 2, body: 'Good evening' }
  const state = run(
    start,
    { name: 'scheduled.updated', data: { scheduled } },
    { name: 'scheduled.updated', data: { scheduled: changed } },
  )
  expect(state.scheduled).toEqual({ s: changed })
  expect(run(state, { name: 'scheduled.sent', data: { id: 's' } }).scheduled).toEqual({})
  expect(run(state, { name: 'scheduled.removed', data: { id: 's' } }).scheduled).toEqual({})
})

it('keeps what I am to be reminded of, and what became of it last', () => {
  const reminder = {
    id: 'r',
    text: 'Call the baker',
    message: null,
    dueAt: '2026-11-23T08:00:00.000Z',
    createdAt: '2026-11-22T10:00:00.000Z',
    state: 'waiting' as const,
    doneAt: null,
    version: 1,
  }
  const due = { ...reminder, version: 2, state: 'due' as const }
  const state = run(
    start,
    { name: 'reminder.due', data: { reminder: due } },
    // An answer that came late.
    { name: 'reminder.updated', data: { reminder } },
  )
  expect(state.reminders).toEqual({ r: due })
  expect(run(state, { name: 'reminder.removed', data: { id: 'r' } }).reminders).toEqual({})
})

it('keeps the newest state of a poll, whatever came first', () => {
  const poll = (version: number, votes: number) => ({
    options: [{ text: 'Soup', votes, userIds: [] }],
    several: false,
    anonymous: true,
    voters: votes,
    closesAt: null,
    closedAt: null,
    version,
  })
  const told = (version: number, votes: number): AnyEvent => ({
    name: 'poll.updated',
    data: { channelId: 'general', number: 6, poll: poll(version, votes) },
  })
  const state = run(start, told(3, 2), told(2, 1))
  expect(state.polls['general 6']).toEqual(poll(3, 2))
  // A page of history that was on its way is older; one that is fetched later is newer.
  const loaded = (asked: ReturnType<typeof poll>): AnyEvent => ({
    name: 'messages.loaded',
    data: { channelId: 'general', messages: [message('general', 6, { poll: asked })] },
  })
  const shown = (state: State) => messageAt(state.windows.general!, 6)?.poll
  expect(shown(run(state, loaded(poll(4, 3)), loaded(poll(2, 1))))).toEqual(poll(4, 3))
  expect(shown(run(state, loaded(poll(2, 1)), loaded(poll(4, 3))))).toEqual(poll(4, 3))
  const mine = { channelId: 'general', number: 6, choices: [0] }
  expect(run(state, { name: 'poll.answered', data: mine }).answers).toEqual({ 'general 6': [0] })
})

it('keeps what I saved for later', () => {
  const saved = { channelId: 'general', number: 3, savedAt: '2026-11-22T10:00:00.000Z' }
  const state = run(start, { name: 'saved.added', data: { saved } }, { name: 'saved.added', data: { saved } })
  expect(Object.values(state.saved)).toEqual([saved])
  const gone = run(state, { name: 'saved.removed', data: { channelId: 'general', number: 3 } })
  expect(gone.saved).toEqual({})
})

it('keeps what I was told of tasks until it was read', () => {
  const news = (place: number, fields: Partial<UnreadNews> = {}): UnreadNews => ({
    place,
    kind: 'assigned',
    projectId: 'ops',
    number: 7,
    byId: 'bob',
    comment: null,
    at: '2026-11-22T10:00:00.000Z',
    ...fields,
  })
  const state = run(
    start,
    { name: 'news.added', data: { news: news(1) } },
    { name: 'news.added', data: { news: news(2, { kind: 'status' }) } },
    // Told anew in the same place, and repeated by a replay.
    { name: 'news.added', data: { news: news(2, { kind: 'status', byId: 'ann' }) } },
    { name: 'news.added', data: { news: news(1) } },
  )
  expect(Object.values(state.news).map((one) => [one.place, one.byId])).toEqual([
    [1, 'bob'],
    [2, 'ann'],
  ])
  expect(Object.keys(run(state, { name: 'news.read', data: { places: [2, 9] } }).news)).toEqual(['1'])
})

it('keeps of which tasks I want to be told', () => {
  const level = (level: 'nothing' | 'watching'): AnyEvent => ({
    name: 'news.level',
    data: { projectLevel: { projectId: 'ops', level } },
  })
  expect(run(start, level('nothing')).projectLevels).toEqual({ ops: 'nothing' })
  expect(run(start, level('nothing'), level('watching')).projectLevels).toEqual({ ops: 'watching' })
})
