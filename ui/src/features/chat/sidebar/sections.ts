import type { Channel, User } from '$api'
import { conversationName, othersIn, type Hearth } from '$features/hub'

/** The channels I am in, by name; archived ones only while they are open. */
export function myChannels(hearth: Hearth, openId: string | undefined): Channel[] {
  return Object.values(hearth.channels)
    .filter(
      (channel) =>
        channel.kind !== 'direct' &&
        (hearth.memberships[channel.id] || channel.id === openId) &&
        (channel.archivedAt === null || channel.id === openId),
    )
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** A row under People: a conversation that exists, or a person one could write to. */
export type PersonRow =
  | { kind: 'channel'; key: string; channel: Channel; others: User[]; name: string }
  | { kind: 'person'; key: string; user: User }

const MOST_STRANGERS = 12

/** Conversations by their last message, then the people nobody has written to yet. */
export function peopleRows(hearth: Hearth, openUserId: string | undefined): PersonRow[] {
  const lastAt = (channel: Channel) =>
    hearth.memberships[channel.id]?.lastMessageAt ?? hearth.memberships[channel.id]?.joinedAt ?? ''
  const directs = Object.values(hearth.channels)
    .filter((channel) => channel.kind === 'direct' && hearth.memberships[channel.id])
    .sort((a, b) => lastAt(b).localeCompare(lastAt(a)))
  const known = new Set<string>()
  const rows: PersonRow[] = directs.map((channel) => {
    const others = othersIn(hearth, channel)
    if (channel.members.length <= 2) known.add(others[0]?.id ?? hearth.me.id)
    return { kind: 'channel', key: channel.id, channel, others, name: conversationName(hearth, channel) }
  })
  const strangers = hearth.people.filter((user) => !known.has(user.id) && user.id !== hearth.me.id)
  const shown = strangers.slice(0, MOST_STRANGERS)
  const open = openUserId && !known.has(openUserId) ? hearth.users[openUserId] : undefined
  if (open && !shown.includes(open)) shown.push(open)
  return [...rows, ...shown.map((user): PersonRow => ({ kind: 'person', key: user.id, user }))]
}

/** Every conversation of the side bar from top to bottom: what Alt with the arrows walks through. */
export function walkOrder(hearth: Hearth, openId: string | undefined): Channel[] {
  const people = peopleRows(hearth, undefined).flatMap((row) => (row.kind === 'channel' ? [row.channel] : []))
  return [...myChannels(hearth, openId), ...people]
}
