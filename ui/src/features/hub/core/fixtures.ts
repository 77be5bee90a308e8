// Shapes for tests.

import type { Bootstrap, Channel, Membership, Message, Preferences, User } from '$api'

const AT = '2026-11-22T09:00:00.000Z'

export function user(id: string, fields: Partial<User> = {}): User {
  return {
    id,
    name: id.charAt(0).toUpperCase() + id.slice(1),
    username: id,
    role: 'member',
    title: '',
    statusText: '',
    statusEmoji: '',
    statusUntil: null,
    bot: false,
    timeZone: null,
    avatar: null,
    createdAt: AT,
    deletedAt: null,
    version: 1,
    ...fields,
  }
}

export function channel(id: string, fields: Partial<Channel> = {}): Channel {
  return {
    id,
    kind: 'public',
    name: id,
    topic: '',
    createdBy: 'ann',
    createdAt: AT,
    archivedAt: null,
    version: 1,
    members: [
      { userId: 'ann', role: 'manager' },
      { userId: 'bob', role: 'member' },
    ],
    pinned: [],
    ...fields,
  }
}

export function membership(channelId: string, fields: Partial<Membership> = {}): Membership {
  return {
    channelId,
    role: 'member',
    readNumber: 0,
    lastNumber: 0,
    lastMessageAt: null,
    unread: 0,
    mentions: 0,
    level: null,
    muted: false,
    joinedAt: AT,
    thread: null,
    ...fields,
  }
}

export function message(channelId: string, number: number, fields: Partial<Message> = {}): Message {
  return {
    channelId,
    number,
    authorId: 'bob',
    body: `message ${number}`,
    files: [],
    clientKey: null,
    createdAt: AT,
    editedAt: null,
    deletedAt: null,
    version: 1,
    reactions: [],
    reactionsVersion: 0,
    mentions: { everyone: false, here: false, people: [] },
    alias: null,
    twin: null,
    thread: null,
    tasks: [],
    bare: false,
    poll: null,
    ...fields,
  }
}

export function preferences(fields: Partial<Preferences> = {}): Preferences {
  return {
    level: 'mentions',
    sound: true,
    quiet: false,
    quietDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
    quietFrom: 22 * 60,
    quietTo: 7 * 60,
    timeZone: 'UTC',
    snoozedUntil: null,
    digest: 'hourly',
    digestHour: 8,
    showRead: true,
    ...fields,
  }
}

/** Ann's picture: herself, Bob, #general (joined) and #random (not joined). */
export function bootstrap(fields: Partial<Bootstrap> = {}): Bootstrap {
  return {
    cursor: '1',
    hub: {
      id: 'hub',
      name: 'Northlight',
      version: '0.1.0',
      registration: 'invite',
      linkPreviews: 'off',
      readReceipts: false,
    },
    me: { ...user('ann', { role: 'owner' }), email: null, suspendedAt: null },
    users: [user('ann', { role: 'owner' }), user('bob')],
    groups: [],
    channels: [channel('general'), channel('random', { members: [{ userId: 'bob', role: 'manager' }] })],
    memberships: [membership('general', { role: 'manager', readNumber: 5, lastNumber: 5 })],
    saved: [],
    scheduled: [],
    reminders: [],
    drafts: [],
    news: [],
    projectLevels: [],
    alerts: [],
    sections: { favourites: [], named: [] },
    projects: [],
    filters: [],
    preferences: preferences(),
    ...fields,
  }
}
