import {
  createFilter,
  deleteFilter,
  isProblem,
  setFilters,
  updateFilter,
  type KeptFilter,
  type Project,
  type SharedFilter,
} from '$api'
import type { Hearth } from '$features/hub'

/** A filter as it is found: my own, or of the project. */
export type Found = { mine: KeptFilter } | { shared: SharedFilter }

type Wish = { id?: number; name: string; path: string }

/** The filter whose view this is; one's own before one of the project. */
export function foundAt(hearth: Hearth, project: Project, path: string): Found | undefined {
  const mine = hearth.filters.find((one) => one.projectId === project.id && one.path === path)
  if (mine) return { mine }
  const shared = project.filters.find((one) => one.path === path)
  return shared && { shared }
}

export const nameOf = (found: Found): string => ('mine' in found ? found.mine.name : found.shared.name)

const told = (hearth: Hearth, filters: KeptFilter[]) =>
  hearth.apply({ name: 'filters.updated', data: { filters } })

/** Changes what a project shares. What somebody else shared meanwhile stays: it is asked again from there. */
async function share(hearth: Hearth, project: Project, change: (filters: Wish[]) => Wish[]): Promise<void> {
  let now = hearth.projects[project.id] ?? project
  for (let attempt = 0; ; attempt++) {
    try {
      const wish = change(now.filters.map(({ id, name, path }) => ({ id, name, path })))
      const changed = await setFilters(project.id, wish, now.version)
      hearth.apply({ name: 'project.updated', data: { project: changed } })
      return
    } catch (error) {
      if (!isProblem(error, 'version_mismatch') || attempt > 2) throw error
      now = error.current as Project
    }
  }
}

export async function save(
  hearth: Hearth,
  project: Project,
  filter: { name: string; path: string },
  withAll: boolean,
): Promise<void> {
  if (withAll) await share(hearth, project, (filters) => [...filters, filter])
  else told(hearth, await createFilter({ projectId: project.id, ...filter }))
}

export async function rename(hearth: Hearth, project: Project, found: Found, name: string): Promise<void> {
  if ('mine' in found) return told(hearth, await updateFilter(found.mine.id, { name }))
  const { id } = found.shared
  await share(hearth, project, (filters) => filters.map((one) => (one.id === id ? { ...one, name } : one)))
}

export async function remove(hearth: Hearth, project: Project, found: Found): Promise<void> {
  if ('mine' in found) return told(hearth, await deleteFilter(found.mine.id))
  const { id } = found.shared
  await share(hearth, project, (filters) => filters.filter((one) => one.id !== id))
}
