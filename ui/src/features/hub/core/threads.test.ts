import type { Membership, Thread } from '$api'
import { describe, expect, it } from 'vitest'
import { apply } from './apply'
import type { AnyEvent } from './events'
import { bootstrap, membership, message } from './fixtures'
import { stateOf, type State } from './state'
import { messageAt } from './window'

const start = stateOf(bootstrap())
const run = (state: State, ...events: AnyEvent[]) => events.reduce(apply, state)
const AT = '2026-11-22T10:00:00.000Z'

const thread = (lastNumber: number, fields: Partial<Thread> = {}): Thread => ({
  id: 'thread',
  replies: lastNumber,
  people: ['bob'],
  lastAt: AT,
  lastNumber,
  version: lastNumber,
  ...fields,
})
const place = (read: number, last: number): Membership =>
  membership('thread', {
    readNumber: read,
    lastNumber: last,
    unread: last - read,
    thread: { channelId: 'general', number: 3 },
  })
const reply = (number: number, authorId = 'bob'): AnyEvent[] => [
  {
    name: 'message.created',
    data: {
      message: message('thread', number, { authorId }),
      root: { channelId: 'general', number: 3, thread: thread(number) },
    },
  },
  {
    name: 'thread.replied',
    data: {
      membership: place(number - 1, number - 1),
      number,
      authorId,
      createdAt: AT,
      everyone: false,
    },
  },
]
const loaded: AnyEvent = {
  name: 'messages.loaded',
  data: { channelId: 'general', messages: [message('general', 3)] },
}

describe('threads', () => {
  it('count a reply once, whether or not it was known that I follow', () => {
    expect(run(start, ...reply(1)).memberships.thread).toMatchObject({ lastNumber: 1, unread: 1 })
    const known = run(start, { name: 'thread.followed', data: { membership: place(0, 0) } })
    expect(run(known, ...reply(1), ...reply(2)).memberships.thread).toMatchObject({
      lastNumber: 2,
      unread: 2,
    })
  })

  it('count nothing in the channel, and nothing that I said', () => {
    const state = run(start, ...reply(1, 'ann'))
    expect(state.memberships.thread).toMatchObject({ readNumber: 1, unread: 0 })
    expect(state.memberships.general).toBe(start.memberships.general)
  })

  it('show at their root what they have come to', () => {
    const state = run(start, loaded, ...reply(1), ...reply(2))
    expect(messageAt(state.windows.general!, 3)?.thread).toMatchObject({ replies: 2 })
  })

  it('are not set back by a page of history that is older than the events', () => {
    const page: AnyEvent = {
      name: 'messages.loaded',
      data: { channelId: 'general', messages: [message('general', 3, { version: 2, thread: thread(1) })] },
    }
    const root = messageAt(run(start, loaded, ...reply(1), ...reply(2), page).windows.general!, 3)
    expect(root).toMatchObject({ version: 2, thread: { replies: 2 } })
  })

  it('go on by themselves beside what their root says and the reactions to it', () => {
    const told = { channelId: 'general', number: 3, reactions: [{ emoji: '👍', userIds: ['bob'] }] }
    const reacted: AnyEvent = {
      name: 'reaction.added',
      data: { ...told, reactionsVersion: 1, emoji: '👍', userId: 'bob' },
    }
    const edited: AnyEvent = {
      name: 'message.updated',
      data: { message: message('general', 3, { body: 'changed', version: 2 }) },
    }
    const orders = [
      [...reply(1), reacted, edited],
      [edited, ...reply(1), reacted],
      [reacted, edited, ...reply(1)],
    ]
    for (const order of orders) {
      const root = messageAt(run(start, loaded, ...order).windows.general!, 3)
      expect(root).toMatchObject({ body: 'changed', thread: { replies: 1 }, reactions: told.reactions })
    }
  })

  it('stay below a root that is deleted, whose reactions go', () => {
    const gone: AnyEvent = {
      name: 'message.deleted',
      data: { message: message('general', 3, { body: '', deletedAt: AT, version: 2 }) },
    }
    const reacted: AnyEvent = {
      name: 'reaction.added',
      data: {
        channelId: 'general',
        number: 3,
        reactions: [{ emoji: '👍', userIds: ['bob'] }],
        reactionsVersion: 1,
        emoji: '👍',
        userId: 'bob',
      },
    }
    const root = messageAt(run(start, loaded, ...reply(1), reacted, gone).windows.general!, 3)
    expect(root).toMatchObject({ deletedAt: AT, reactions: [], thread: { replies: 1 } })
  })

  it('have reactions to their replies', () => {
    const page: AnyEvent = {
      name: 'messages.loaded',
      data: { channelId: 'thread', messages: [message('thread', 1)] },
    }
    const reacted: AnyEvent = {
      name: 'reactions.loaded',
      data: {
        channelId: 'thread',
        number: 1,
        reactions: [{ emoji: '🎉', userIds: ['ann'] }],
        reactionsVersion: 1,
      },
    }
    expect(messageAt(run(start, page, reacted).windows.thread!, 1)?.reactions).toHaveLength(1)
  })

  it('are mine no more when I do not follow them or leave their channel', () => {
    const mine = run(start, ...reply(1))
    const unfollowed = run(mine, { name: 'thread.unfollowed', data: { channelId: 'thread' } })
    expect(unfollowed.memberships.thread).toBeUndefined()
    const left = run(mine, { name: 'member.left', data: { channelId: 'general', userId: 'ann' } })
    expect(left.memberships.thread).toBeUndefined()
    const other = run(mine, { name: 'member.left', data: { channelId: 'general', userId: 'bob' } })
    expect(other.memberships.thread).toBeDefined()
  })

  it('take the answer to opening them, unless the events have come further', () => {
    const opened = (read: number, last: number): AnyEvent => ({
      name: 'thread.opened',
      data: { root: message('general', 3, { thread: thread(last) }), membership: place(read, last) },
    })
    expect(run(start, opened(1, 2)).memberships.thread).toMatchObject({ readNumber: 1, unread: 1 })
    const further = run(start, ...reply(1), ...reply(2), opened(0, 1))
    expect(further.memberships.thread).toMatchObject({ lastNumber: 2, unread: 2 })
  })
})
