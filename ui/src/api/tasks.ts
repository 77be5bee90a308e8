import * as sdk from './generated'
import { BASE, content, done, ifMatch } from './http'
import type {
  Check,
  Description,
  Feed,
  KeptFilter,
  Label,
  NewFeed,
  Priority,
  Project,
  ProjectLevel,
  ProjectRole,
  Recurrence,
  RecurrencePreview,
  RelationKind,
  StatusGroup,
  Task,
  TaskActivity,
  TaskComment,
  TaskDetail,
  TaskLevel,
  Watch,
} from './types'

export const createProject = (project: {
  key: string
  name: string
  icon?: string
  hue?: number
  public?: boolean
  memberIds?: string[]
}): Promise<Project> => content(sdk.createProject({ body: project }))

export const updateProject = (
  project: string,
  patch: {
    name?: string
    icon?: string
    hue?: number
    leadId?: string | null
    public?: boolean
    archived?: boolean
  },
): Promise<Project> => content(sdk.updateProject({ path: { project }, body: patch }))

/** `me` joins a public project. */
export const setProjectMember = (project: string, userId: string, role: ProjectRole): Promise<Project> =>
  content(sdk.setProjectMember({ path: { project, userId }, body: { role } }))

export const removeProjectMember = (project: string, userId: string): Promise<void> =>
  done(sdk.removeProjectMember({ path: { project, userId } }))

/** In the order of the columns; those without an id are new, those left out go. */
export const setStatuses = (
  project: string,
  statuses: { id?: number; name: string; group: StatusGroup }[],
  version?: number,
): Promise<Project> =>
  content(sdk.setStatuses({ path: { project }, body: { statuses }, ...ifMatch(version) }))

/** Those left out go from all tasks as well. */
export const setLabels = (
  project: string,
  labels: (Omit<Label, 'id'> & { id?: number })[],
  version?: number,
): Promise<Project> => content(sdk.setLabels({ path: { project }, body: { labels }, ...ifMatch(version) }))

/** In their order; those without an id are new, those left out go. */
export const setFilters = (
  project: string,
  filters: { id?: number; name: string; path: string }[],
  version?: number,
): Promise<Project> => content(sdk.setFilters({ path: { project }, body: { filters }, ...ifMatch(version) }))

// The filters that I keep; each gives all of them.

export const createFilter = (filter: {
  projectId: string
  name: string
  path: string
}): Promise<KeptFilter[]> => content(sdk.createFilter({ body: filter }))

export const updateFilter = (
  filterId: string,
  change: { name?: string; path?: string },
): Promise<KeptFilter[]> => content(sdk.updateFilter({ path: { filterId }, body: change }))

export const deleteFilter = (filterId: string): Promise<KeptFilter[]> =>
  content(sdk.deleteFilter({ path: { filterId } }))

export const listProjectTasks = (project: string, signal?: AbortSignal): Promise<Task[]> =>
  content(sdk.listProjectTasks({ path: { project }, signal }))

export const listMyTasks = (): Promise<Task[]> => content(sdk.listMyTasks())

/** As far as there are such that one may see. */
export const listTasks = (keys: readonly string[]): Promise<Task[]> =>
  content(sdk.listTasks({ query: { keys: keys.join(',') } }))

export interface NewTask {
  title?: string
  description?: string
  status?: number
  priority?: Priority
  assigneeIds?: string[]
  labelIds?: number[]
  start?: string | null
  due?: string | null
  estimate?: number | null
  parent?: number | null
  source?: { channelId: string; number: number }
  recurrence?: Recurrence | null
}

export const createTask = (project: string, task: NewTask): Promise<Task> =>
  content(sdk.createTask({ path: { project }, body: task }))

export const getTask = (task: string, signal?: AbortSignal): Promise<TaskDetail> =>
  content(sdk.getTask({ path: { task }, signal }))

export interface TaskPatch {
  title?: string
  status?: number
  priority?: Priority
  start?: string | null
  due?: string | null
  estimate?: number | null
  parent?: number | null
  addAssigneeIds?: string[]
  removeAssigneeIds?: string[]
  addLabelIds?: number[]
  removeLabelIds?: number[]
  /** Null ends it. */
  recurrence?: Recurrence | null
}

export const updateTask = (task: string, patch: TaskPatch): Promise<Task> =>
  content(sdk.updateTask({ path: { task }, body: patch }))

/** A stale version fails with `version_mismatch` and the present description. */
export const describeTask = (task: string, description: string, version: number): Promise<Description> =>
  content(sdk.describeTask({ path: { task }, body: { description }, ...ifMatch(version) }))

/** Neighbours are keys; those that are gone are passed over. With its parts, those that are open go there as well. */
export const moveTask = (
  task: string,
  to: { status: number; after?: string; before?: string; withParts?: boolean },
): Promise<Task> => content(sdk.moveTask({ path: { task }, body: to }))

/** With its parts, or they stay. */
export const deleteTask = (task: string, parts = false): Promise<Task> =>
  content(sdk.deleteTask({ path: { task }, query: { parts } }))

/** The days that follow by a rule; the first is the next that it says, unless it is given. */
export const previewRecurrence = (
  rule: string,
  due: string | undefined,
  signal?: AbortSignal,
): Promise<RecurrencePreview> => content(sdk.previewRecurrence({ query: { rule, due }, signal }))

export const listFeeds = (): Promise<Feed[]> => content(sdk.listFeeds())

/** In the place of the one before, which stops working. */
export const createFeed = (project: string | undefined): Promise<NewFeed> =>
  content(sdk.createFeed({ body: { project } }))

/** `mine`, or the project's. */
export const deleteFeed = (feed: string): Promise<void> => done(sdk.deleteFeed({ path: { feed } }))

/** Watch it, watch it no more, or hear nothing of it. */
export const setWatch = (task: string, watch: Watch): Promise<{ watch: Watch }> =>
  content(sdk.setWatch({ path: { task }, body: { watch } }))

/** Of which tasks of a project I want to be told; null for what is usual. */
export const setProjectLevel = (project: string, level: TaskLevel | null): Promise<ProjectLevel> =>
  content(sdk.setProjectLevel({ path: { project }, body: { level } }))

/** I have read what I was told of a task, or everything up to a place of the list. */
export const readNews = (what: { task: string } | { upTo: number }): Promise<void> =>
  done(sdk.readNews({ body: what }))

export const restoreTask = (task: string): Promise<Task> => content(sdk.restoreTask({ path: { task } }))

export const addCheck = (task: string, text: string): Promise<Check[]> =>
  content(sdk.addCheck({ path: { task }, body: { text } }))

export const updateCheck = (
  task: string,
  check: number,
  patch: { text?: string; done?: boolean },
): Promise<Check[]> => content(sdk.updateCheck({ path: { task, check }, body: patch }))

export const removeCheck = (task: string, check: number): Promise<Check[]> =>
  content(sdk.removeCheck({ path: { task, check } }))

export const addRelation = (task: string, kind: RelationKind, other: string): Promise<void> =>
  done(sdk.addRelation({ path: { task, kind, other } }))

export const removeRelation = (task: string, kind: RelationKind, other: string): Promise<void> =>
  done(sdk.removeRelation({ path: { task, kind, other } }))

export interface NumberedPart<T> {
  entries: T[]
  hasBefore: boolean
}

/** The newest 200 before a number, the oldest first. */
export const listComments = (task: string, before?: number): Promise<NumberedPart<TaskComment>> =>
  content(sdk.listComments({ path: { task }, query: { before } }))

export const createComment = (task: string, body: string): Promise<TaskComment> =>
  content(sdk.createComment({ path: { task }, body: { body } }))

export const updateComment = (task: string, number: number, body: string): Promise<TaskComment> =>
  content(sdk.updateComment({ path: { task, number }, body: { body } }))

export const deleteComment = (task: string, number: number): Promise<TaskComment> =>
  content(sdk.deleteComment({ path: { task, number } }))

export const listActivity = (task: string, before?: number): Promise<NumberedPart<TaskActivity>> =>
  content(sdk.listActivity({ path: { task }, query: { before } }))

/** Where a project's view can be had as a file; `query` as in the address of the view. */
export const exportUrl = (project: string, format: 'csv' | 'xlsx' | 'json', query: string): string =>
  `${BASE}/projects/${encodeURIComponent(project)}/export?format=${format}${query ? `&${query}` : ''}`
