// How many people a message would call.

import type { Channel } from '$api'
import type { Hearth } from '$features/hub'

/** From more people than this one is asked first. */
export const MANY = 20

const CALL = /(?<![\p{L}\p{N}_/@#&])@(channel|everyone|here)(?![\p{L}\p{N}_-])/giu

/** The words of a message without its code, which calls nobody. */
const words = (body: string) =>
  body.replace(/^(```|~~~)[^]*?(?:^\1|$(?![^]))/gm, ' ').replace(/(`+)[^]*?[^`]\1(?!`)/g, ' ')

/** How many others `@channel` or `@here` in it would call; 0 without either. */
export function reach(hearth: Hearth, channel: Channel, body: string): number {
  const called = [...words(body).matchAll(CALL)].map((match) => match[1]!.toLowerCase())
  if (called.length === 0) return 0
  const others = channel.members
    .map((member) => member.userId)
    .filter((id) => id !== hearth.me.id && hearth.users[id]?.deletedAt === null)
  if (called.some((word) => word !== 'here')) return others.length
  return others.filter((id) => hearth.presenceOf(id) !== 'offline').length
}
