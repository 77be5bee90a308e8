// The same done to many tasks: a few at a time, each on its own, so that one that fails keeps no other back.

import { isProblem, type Task, type TaskPatch } from '$api'

/** So many are on their way at once. */
const AT_ONCE = 6
/** What is refused for the moment is tried again so often. */
const TRIES = 3
const WAIT_MS = 400

export interface Failure {
  task: Task
  error: unknown
}

export interface Outcome {
  /** As they were before. */
  done: Task[]
  failed: Failure[]
}

/** Does something to each; what fails is told with the reason. */
export async function forEach(
  tasks: readonly Task[],
  act: (task: Task) => Promise<unknown>,
  onprogress: (count: number) => void = () => {},
  wait: (ms: number) => Promise<void> = (ms) => new Promise((go) => setTimeout(go, ms)),
): Promise<Outcome> {
  const failures = new Map<string, unknown>()
  let next = 0
  let count = 0
  const work = async () => {
    for (;;) {
      const task = tasks[next++]
      if (!task) return
      try {
        await patiently(() => act(task), wait)
      } catch (error) {
        failures.set(task.id, error)
      }
      onprogress(++count)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, tasks.length) }, work))
  return {
    done: tasks.filter((task) => !failures.has(task.id)),
    failed: tasks.flatMap((task) => (failures.has(task.id) ? { task, error: failures.get(task.id) } : [])),
  }
}

async function patiently(act: () => Promise<unknown>, wait: (ms: number) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await act()
      return
    } catch (error) {
      const busy = isProblem(error, 'busy') || isProblem(error, 'rate_limited')
      if (!busy || attempt >= TRIES) throw error
      await wait((error.retryAfter ?? 0) * 1000 || WAIT_MS * attempt)
    }
  }
}

/** What of a change is none for this task; nothing when it is so already. */
export function needed(task: Task, patch: TaskPatch): TaskPatch | null {
  const left: TaskPatch = {}
  if (patch.status !== undefined && patch.status !== task.statusId) left.status = patch.status
  if (patch.priority !== undefined && patch.priority !== task.priority) left.priority = patch.priority
  if (patch.due !== undefined && patch.due !== task.due) {
    left.due = patch.due
    // It never starts after it is due.
    if (patch.due !== null && task.start !== null && task.start > patch.due) left.start = patch.due
  }
  const add = <T>(ids: readonly T[] | undefined, has: readonly T[]) => ids?.filter((id) => !has.includes(id))
  const take = <T>(ids: readonly T[] | undefined, has: readonly T[]) => ids?.filter((id) => has.includes(id))
  const set = <K extends keyof TaskPatch>(name: K, ids: TaskPatch[K]) => {
    if (Array.isArray(ids) && ids.length > 0) left[name] = ids
  }
  set('addAssigneeIds', add(patch.addAssigneeIds, task.assigneeIds))
  set('removeAssigneeIds', take(patch.removeAssigneeIds, task.assigneeIds))
  set('addLabelIds', add(patch.addLabelIds, task.labelIds))
  set('removeLabelIds', take(patch.removeLabelIds, task.labelIds))
  return Object.keys(left).length > 0 ? left : null
}

/** What takes a change back. In its old column a task stands first, as everything does that comes into one. */
export function reverse(task: Task, patch: TaskPatch): TaskPatch {
  const back: TaskPatch = {}
  if (patch.status !== undefined) back.status = task.statusId
  if (patch.priority !== undefined) back.priority = task.priority
  if (patch.due !== undefined) back.due = task.due
  if (patch.start !== undefined) back.start = task.start
  if (patch.addAssigneeIds) back.removeAssigneeIds = patch.addAssigneeIds
  if (patch.removeAssigneeIds) back.addAssigneeIds = patch.removeAssigneeIds
  if (patch.addLabelIds) back.removeLabelIds = patch.addLabelIds
  if (patch.removeLabelIds) back.addLabelIds = patch.removeLabelIds
  return back
}
