import type { Channel } from '$api'
import type { Hearth } from '$features/hub'

const isAdmin = (hearth: Hearth) => hearth.me.role === 'owner' || hearth.me.role === 'admin'

/** Rename, describe, archive, and decide who is in it. The server has the last word. */
export function mayManage(hearth: Hearth, channel: Channel): boolean {
  if (channel.kind === 'direct') return false
  return isAdmin(hearth) || hearth.memberships[channel.id]?.role === 'manager'
}

export function mayAddMembers(hearth: Hearth, channel: Channel): boolean {
  if (channel.kind === 'direct' || channel.archivedAt || hearth.me.role === 'guest') return false
  return mayManage(hearth, channel) || hearth.memberships[channel.id] !== undefined
}

export function mayJoin(hearth: Hearth, channel: Channel): boolean {
  return channel.kind === 'public' && !channel.archivedAt && hearth.me.role !== 'guest'
}
