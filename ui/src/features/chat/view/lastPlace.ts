import { conversationPath, type Hearth } from '$features/hub'
import { deviceStore } from '$platform'

const key = (hearth: Hearth) => `hearth.place.${hearth.hub.id}.${hearth.me.id}`

export function rememberPlace(hearth: Hearth, path: string): void {
  deviceStore.set(key(hearth), path.replace(/\/m\/\d+(\/thread.*)?$/, ''))
}

/** Where to begin: where we were, else the oldest channel, which every team calls its own way. */
export function firstPlace(hearth: Hearth): string | undefined {
  const last = deviceStore.get(key(hearth))
  if (last?.startsWith('/chat/') || last?.startsWith('/dm/')) return last
  const mine = Object.values(hearth.channels)
    .filter((channel) => hearth.memberships[channel.id] && channel.kind !== 'direct' && !channel.archivedAt)
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
  return mine[0] && conversationPath(hearth, mine[0])
}
