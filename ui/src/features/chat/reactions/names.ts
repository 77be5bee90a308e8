import type { Hearth } from '$features/hub'
import { m } from '$paraglide/messages.js'
import { formatList } from '$shared'

/** More than this many are counted. */
const NAMED = 12

/** `Bob, Tomás and you`. */
export function namesOf(hearth: Hearth, userIds: readonly string[]): string {
  const me = hearth.me.id
  const others = userIds.filter((id) => id !== me)
  const names = others.slice(0, NAMED).map((id) => hearth.users[id]?.name ?? m.chat_unknown_person())
  const more = others.length - names.length
  if (more > 0) names.push(m.chat_reactions_more({ count: more }))
  if (userIds.includes(me)) names.push(names.length > 0 ? m.chat_you_lower() : m.chat_you())
  return formatList(names)
}
