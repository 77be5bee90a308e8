import type { Message, Reaction } from '$api'
import { kindOf } from '$features/emoji'

/** Reactions of one kind, in whichever skin tones: one button under the message. */
export interface Chip {
  kind: string
  /** The first that was used. */
  emoji: string
  /** Everybody once, in the order of reacting. */
  userIds: readonly string[]
  /** Mine, as they were given. */
  mine: readonly string[]
}

/** What I want that the server has not yet answered: reactions to be there or to be gone. */
export type Wishes = ReadonlyMap<string, boolean>

/** What stands under a message: what the server says, and what I wish for. */
export function chipsOf({ reactions }: Message, me: string, wishes?: Wishes): Chip[] {
  const chips: { kind: string; emoji: string; userIds: string[]; mine: string[] }[] = []
  for (const { emoji, userIds } of wishes?.size ? wished(reactions, me, wishes) : reactions) {
    const kind = kindOf(emoji)
    let chip = chips.find((other) => other.kind === kind)
    if (!chip) chips.push((chip = { kind, emoji, userIds: [], mine: [] }))
    for (const user of userIds) if (!chip.userIds.includes(user)) chip.userIds.push(user)
    if (userIds.includes(me)) chip.mine.push(emoji)
  }
  return chips
}

function wished(reactions: readonly Reaction[], me: string, wishes: Wishes): Reaction[] {
  const after = reactions.map(({ emoji, userIds }) => {
    const wish = wishes.get(emoji)
    if (wish === undefined || wish === userIds.includes(me)) return { emoji, userIds }
    return { emoji, userIds: wish ? [...userIds, me] : userIds.filter((user) => user !== me) }
  })
  for (const [emoji, there] of wishes) {
    if (there && !after.some((reaction) => reaction.emoji === emoji)) after.push({ emoji, userIds: [me] })
  }
  return after.filter(({ userIds }) => userIds.length > 0)
}
