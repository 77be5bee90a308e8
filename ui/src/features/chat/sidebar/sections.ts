import type { Channel, User } from '$api'
import { othersIn, type Hearth } from '$features/hub'

/** What is open now: it is listed although nothing else would have it there. */
interface Open {
  channelId?: string
  userId?: string
}

export interface NamedSection {
  id: string
  name: string
  channels: Channel[]
}

/** The side bar from top to bottom. */
export interface SideBar {
  favourites: Channel[]
  named: NamedSection[]
  /** The channels and people that stand in no section. */
  channels: Channel[]
  people: PersonRow[]
}

export function sideBar(hearth: Hearth, open: Open): SideBar {
  const listed = (channel: Channel | undefined): channel is Channel =>
    channel !== undefined &&
    (hearth.memberships[channel.id] !== undefined || channel.id === open.channelId) &&
    (channel.archivedAt === null || channel.id === open.channelId)
  const among = (ids: readonly string[]) => ids.map((id) => hearth.channels[id]).filter(listed)
  const favourites = among(hearth.sections.favourites)
  const named = hearth.sections.named.map(({ id, name, channels }) => ({
    id,
    name,
    channels: among(channels),
  }))
  const sorted = new Set([...favourites, ...named.flatMap((section) => section.channels)].map(({ id }) => id))
  const channels = Object.values(hearth.channels)
    .filter((channel) => channel.kind !== 'direct' && !sorted.has(channel.id) && listed(channel))
    .sort((a, b) => a.name.localeCompare(b.name))
  return { favourites, named, channels, people: peopleRows(hearth, open.userId, sorted) }
}

/** A row under People: a conversation that exists, or a person one could write to. */
export type PersonRow =
  { kind: 'channel'; key: string; channel: Channel } | { kind: 'person'; key: string; user: User }

const MOST_STRANGERS = 12

/** Conversations by their last message, then the people nobody has written to yet. */
function peopleRows(
  hearth: Hearth,
  openUserId: string | undefined,
  sorted: ReadonlySet<string>,
): PersonRow[] {
  const lastAt = (channel: Channel) =>
    hearth.memberships[channel.id]?.lastMessageAt ?? hearth.memberships[channel.id]?.joinedAt ?? ''
  const directs = Object.values(hearth.channels)
    .filter((channel) => channel.kind === 'direct' && hearth.memberships[channel.id])
    .sort((a, b) => lastAt(b).localeCompare(lastAt(a)))
  const known = new Set<string>()
  for (const channel of directs) {
    if (channel.members.length <= 2) known.add(othersIn(hearth, channel)[0]?.id ?? hearth.me.id)
  }
  const rows = directs
    .filter((channel) => !sorted.has(channel.id))
    .map((channel): PersonRow => ({ kind: 'channel', key: channel.id, channel }))
  const strangers = hearth.people.filter((user) => !known.has(user.id) && user.id !== hearth.me.id)
  const shown = strangers.slice(0, MOST_STRANGERS)
  const open = openUserId && !known.has(openUserId) ? hearth.users[openUserId] : undefined
  if (open && !shown.includes(open)) shown.push(open)
  return [...rows, ...shown.map((user): PersonRow => ({ kind: 'person', key: user.id, user }))]
}

/** Every conversation of the side bar from top to bottom: what Alt with the arrows walks through. */
export function walkOrder(hearth: Hearth, openId: string | undefined): Channel[] {
  const { favourites, named, channels, people } = sideBar(hearth, { channelId: openId })
  const directs = people.flatMap((row) => (row.kind === 'channel' ? [row.channel] : []))
  return [...favourites, ...named.flatMap((section) => section.channels), ...channels, ...directs]
}
