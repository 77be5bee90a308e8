import type { Invite } from '$api'

export type InviteState = 'open' | 'used_up' | 'expired' | 'revoked' | 'unbacked'

/** Whether an invite still works, and if not, why. */
export function inviteState(invite: Invite, now: number): InviteState {
  if (invite.revokedAt) return 'revoked'
  if (invite.maxUses !== null && invite.uses >= invite.maxUses) return 'used_up'
  if (invite.expiresAt && Date.parse(invite.expiresAt) <= now) return 'expired'
  // Whoever made it is suspended, gone, or may not invite any more.
  if (!invite.backed) return 'unbacked'
  return 'open'
}

/** The link as it can be sent to somebody: the server may give only its path. */
export function absoluteLink(url: string, origin: string): string {
  return new URL(url, origin).href
}
