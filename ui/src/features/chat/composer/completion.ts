// What is being completed before the caret, and with what.

import type { Channel, Group as PeopleGroup, User } from '$api'
import type { Book } from '$features/emoji'

export interface Trigger {
  sign: '@' | '#' | ':' | '/'
  /** What was typed after the sign. */
  query: string
  /** Where the sign stands. */
  from: number
}

export type Suggestion =
  | { kind: 'person'; key: string; insert: string; user: User }
  | { kind: 'channel'; key: string; insert: string; channel: Channel }
  | { kind: 'emoji'; key: string; insert: string; emoji: string; name: string }
  | { kind: 'group'; key: Group; insert: string }
  | { kind: 'people'; key: string; insert: string; group: PeopleGroup }
  | { kind: 'command'; key: string; insert: string; takes: string; about: string }

/** What speaks to more than one. */
export type Group = 'channel' | 'here'

const GROUPS: readonly Group[] = ['channel', 'here']

const MOST = 8
const BEFORE_CARET = /(?:^|[\s([{"'*_~])([@#])([\p{L}\p{N}._-]{0,80})$/u
/** Two letters at least: `:D` and `:)` are faces already. */
const EMOJI_NAME = /(?:^|[\s([{"'*_~\p{Extended_Pictographic}\ufe0f]):([\p{L}\p{N}_+-]{2,40})(:?)$/u

/** Only at the very beginning. */
const SLASH = /^\/((?:[a-z][a-z0-9_-]{0,31})?)$/i

export function triggerAt(text: string, caret: number): Trigger | undefined {
  const command = caret <= 33 ? SLASH.exec(text.slice(0, caret)) : null
  if (command) return { sign: '/', query: command[1]!, from: 0 }
  const before = text.slice(Math.max(0, caret - 100), caret)
  const emoji = EMOJI_NAME.exec(before)
  if (emoji && !emoji[2]) return { sign: ':', query: emoji[1]!, from: caret - emoji[1]!.length - 1 }
  const found = BEFORE_CARET.exec(before)
  if (!found) return undefined
  const query = found[2]!
  return { sign: found[1] as '@' | '#', query, from: caret - query.length - 1 }
}

/** The name between colons that ends here: `:tada:`. */
export function nameBefore(text: string, caret: number): { name: string; from: number } | undefined {
  const found = EMOJI_NAME.exec(text.slice(Math.max(0, caret - 100), caret))
  return found?.[2] ? { name: found[1]!, from: caret - found[1]!.length - 2 } : undefined
}

export function suggestEmoji(book: Book, query: string): Suggestion[] {
  return book
    .find(query, MOST)
    .map(({ emoji, name }) => ({ kind: 'emoji', key: name, insert: `${emoji} `, emoji, name }))
}

/** 0 is best; undefined is no match. A beginning of a word counts as much as the beginning of the name. */
function rank(query: string, ...names: string[]): number | undefined {
  if (!query) return 1
  for (const name of names) if (name.toLowerCase().startsWith(query)) return 0
  for (const name of names) {
    if (
      name
        .toLowerCase()
        .split(/[\s._-]+/)
        .some((word) => word.startsWith(query))
    )
      return 1
  }
  for (const name of names) if (name.toLowerCase().includes(query)) return 2
  return undefined
}

export function suggestCommands(
  commands: readonly { name: string; takes: string; about: string }[],
  query: string,
): Suggestion[] {
  return commands
    .filter(({ name }) => name.startsWith(query.toLowerCase()))
    .map(({ name, takes, about }) => ({ kind: 'command', key: name, insert: `/${name} `, takes, about }))
}

interface Sources {
  people: readonly User[]
  channels: readonly Channel[]
  /** The groups of the team. */
  teams?: readonly PeopleGroup[]
  /** Those who are in the conversation come first. */
  isHere: (user: User) => boolean
  /** Whether there are more than two to speak to. */
  groups?: boolean
}

export function suggest(trigger: Trigger, sources: Sources): Suggestion[] {
  const query = trigger.query.toLowerCase()
  const found: { rank: number; name: string; suggestion: Suggestion }[] = []
  if (trigger.sign === '@') {
    for (const group of sources.groups ? GROUPS : []) {
      if (!group.startsWith(query)) continue
      // Below the people, unless that is what is being typed.
      const rank = query.length > 1 ? 0 : 2.5
      found.push({ rank, name: group, suggestion: { kind: 'group', key: group, insert: `@${group} ` } })
    }
    for (const group of sources.teams ?? []) {
      const place = rank(query, group.handle, group.name)
      if (place === undefined) continue
      const suggestion = { kind: 'people', key: group.id, insert: `@${group.handle} `, group } as const
      found.push({ rank: place * 2 + 1, name: group.handle, suggestion })
    }
    for (const user of sources.people) {
      const place = rank(query, user.username, user.name)
      if (place === undefined) continue
      found.push({
        rank: place * 2 + (sources.isHere(user) ? 0 : 1),
        name: user.name,
        suggestion: { kind: 'person', key: user.id, insert: `@${user.username} `, user },
      })
    }
  } else {
    for (const channel of sources.channels) {
      const place = rank(query, channel.name)
      if (place === undefined) continue
      found.push({
        rank: place * 2 + (channel.archivedAt ? 1 : 0),
        name: channel.name,
        suggestion: { kind: 'channel', key: channel.id, insert: `#${channel.name} `, channel },
      })
    }
  }
  return found
    .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name))
    .slice(0, MOST)
    .map((entry) => entry.suggestion)
}
