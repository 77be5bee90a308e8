import type { Account, Role } from '$api'
import { m } from '$paraglide/messages'

export const ROLES: readonly Role[] = ['owner', 'admin', 'member', 'guest']

export function roleName(role: Role): string {
  switch (role) {
    case 'owner':
      return m.accounts_role_owner()
    case 'admin':
      return m.accounts_role_admin()
    case 'member':
      return m.accounts_role_member()
    case 'guest':
      return m.accounts_role_guest()
  }
}

export function roleDetail(role: Role): string {
  switch (role) {
    case 'owner':
      return m.accounts_role_owner_detail()
    case 'admin':
      return m.accounts_role_admin_detail()
    case 'member':
      return m.accounts_role_member_detail()
    case 'guest':
      return m.accounts_role_guest_detail()
  }
}

/** Owners and admins run the team. */
export function isAdmin(me: Pick<Account, 'role'>): boolean {
  return me.role === 'owner' || me.role === 'admin'
}

/** Which roles somebody may give another; empty when that person is out of reach. The server has the last word. */
export function rolesToGive(actor: Role, target: Role): readonly Role[] {
  if (actor === 'owner') return ROLES
  return outranks(actor, target) ? ROLES.filter((role) => role !== 'owner') : []
}

/** Whether somebody may reset the password of another or remove them. */
export function outranks(actor: Role, target: Role): boolean {
  return actor === 'owner' || (actor === 'admin' && (target === 'member' || target === 'guest'))
}
