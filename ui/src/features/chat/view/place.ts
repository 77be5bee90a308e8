import type { Channel, User } from '$api'
import type { Hearth } from '$features/hub'

/** What the URL names: a conversation that exists, a person to write to, or neither. */
export interface Place {
  channel?: Channel
  /** The other person of a direct conversation; oneself for notes. */
  user?: User
}

export function openConversation(
  hearth: Hearth,
  params: { name?: string; username?: string },
): Place | undefined {
  if (params.name !== undefined) {
    const channel = hearth.channelByName(params.name)
    return channel && { channel }
  }
  if (params.username === undefined) return undefined
  if (params.username.startsWith('~')) {
    const channel = hearth.channels[params.username.slice(1)]
    return channel && { channel }
  }
  const user = hearth.userByUsername(params.username)
  if (!user) return undefined
  return { user, channel: hearth.directWith(user.id === hearth.me.id ? [] : [user.id]) }
}
