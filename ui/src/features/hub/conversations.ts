import type { Alias, Channel, User } from '$api'
import { m } from '$paraglide/messages'
import type { Hearth } from './hearth.svelte'

/** The people of a direct conversation other than me; empty for notes to self. */
export function othersIn(hearth: Hearth, channel: Channel): User[] {
  return channel.members
    .filter((member) => member.userId !== hearth.me.id)
    .map((member) => hearth.users[member.userId])
    .filter((user) => user !== undefined)
}

/**
 * Who said it, where only words can stand. A program may have asked for another name: its bot's stands beside it, so that
 * nobody is taken for somebody else.
 */
export function authorName(hearth: Hearth, said: { authorId: string; alias: Alias | null }): string {
  const name = hearth.users[said.authorId]?.name ?? m.chat_unknown_person()
  const alias = said.alias?.name
  return alias && alias !== name ? `${alias} (${name})` : name
}

/** What a person calls the conversation; without the `#`. */
export function conversationName(hearth: Hearth, channel: Channel): string {
  if (channel.kind !== 'direct') return channel.name
  const others = othersIn(hearth, channel)
  if (others.length === 0) return m.chat_notes_to_self()
  return others.map((user) => user.name).join(', ')
}

export function directPath(user: User): string {
  return `/dm/${encodeURIComponent(user.username)}`
}

/** Where the conversation is, or one message of it. */
export function conversationPath(hearth: Hearth, channel: Channel, number?: number): string {
  const message = number === undefined ? '' : `/m/${number}`
  if (channel.kind !== 'direct') return `/chat/${encodeURIComponent(channel.name)}${message}`
  const others = othersIn(hearth, channel)
  const only = others.length === 0 ? hearth.me : others.length === 1 ? others[0] : undefined
  // A person who is gone has no user name anybody could type; a group never had one.
  if (only && only.deletedAt === null && channel.members.length <= 2) return directPath(only) + message
  return `/dm/~${channel.id}${message}`
}

/** Where the thread of a message is, or one reply in it. */
export function threadPath(hearth: Hearth, channel: Channel, root: number, reply?: number): string {
  return `${conversationPath(hearth, channel, root)}/thread${reply === undefined ? '' : `/${reply}`}`
}
