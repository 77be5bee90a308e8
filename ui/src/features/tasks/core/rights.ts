import type { Account, Project } from '$api'

const roleIn = (project: Project, userId: string) =>
  project.members.find((member) => member.userId === userId)?.role

/** Whether this person makes and changes tasks here. */
export function mayEdit(project: Project | undefined, me: Account): boolean {
  if (!project || project.archivedAt !== null) return false
  const role = roleIn(project, me.id)
  return role === 'member' || role === 'manager'
}

/** Whether this person changes the project itself. */
export function mayManage(project: Project, me: Account): boolean {
  if (me.role === 'guest') return false
  if (roleIn(project, me.id) === 'manager') return true
  return project.public && (me.role === 'owner' || me.role === 'admin')
}

export const mayJoin = (project: Project, me: Account): boolean =>
  project.public && me.role !== 'guest' && project.archivedAt === null && !roleIn(project, me.id)

export const isIn = (project: Project, userId: string): boolean => roleIn(project, userId) !== undefined
