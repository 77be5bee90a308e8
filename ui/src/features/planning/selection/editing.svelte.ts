import type { Task, TaskPatch } from '$api'
import { Book, problemText } from '$features/tasks'
import { useHearth } from '$features/hub'
import { m } from '$paraglide/messages.js'
import { formatList, getToasts, type Toasts } from '$shared'
import { forEach, needed, reverse, type Failure } from './bulk'

/** So many are named when some could not be changed. */
const NAMED = 5

/** Changes many tasks together, tells how it went, and takes it back. */
export class Editing {
  #book: Book
  #toasts: Toasts
  /** How many are done of how many, while it is at work. */
  progress = $state.raw<{ count: number; of: number } | null>(null)
  /** What could not be done, and how to try that again. */
  trouble = $state.raw<{ text: string; again: () => void } | null>(null)

  constructor(book: Book, toasts: Toasts) {
    this.#book = book
    this.#toasts = toasts
  }

  async change(tasks: readonly Task[], patch: TaskPatch): Promise<void> {
    const patches = new Map(tasks.map((task) => [task.id, needed(task, patch)]))
    const wanting = tasks.filter((task) => patches.get(task.id))
    if (wanting.length === 0) return void this.#toasts.show({ text: m.planning_bulk_already() })
    const done = await this.#run(
      wanting,
      (task) => this.#book.update(task, patches.get(task.id)!),
      (some) => this.change(some, patch),
    )
    if (done.length === 0) return
    this.#toasts.show({
      text: m.planning_bulk_changed({ count: done.length }),
      action: { label: m.tasks_undo(), run: () => this.#back(done, patches) },
    })
  }

  /** Takes a change back; the tasks are as they were before it. */
  #back(tasks: readonly Task[], patches: ReadonlyMap<string, TaskPatch | null>): Promise<Task[]> {
    return this.#run(
      tasks,
      (task) => this.#book.update(this.#book.get(task.id) ?? task, reverse(task, patches.get(task.id) ?? {})),
      () => void this.#back(tasks, patches),
    )
  }

  async remove(tasks: readonly Task[]): Promise<void> {
    const done = await this.#run(
      tasks,
      (task) => this.#book.remove(task),
      (some) => this.remove(some),
    )
    if (done.length === 0) return
    this.#toasts.show({
      text: m.planning_bulk_deleted({ count: done.length }),
      action: { label: m.tasks_undo(), run: () => this.#restore(done) },
    })
  }

  #restore(tasks: readonly Task[]): Promise<Task[]> {
    return this.#run(
      tasks,
      (task) => this.#book.restore(task),
      (some) => void this.#restore(some),
    )
  }

  async #run(
    tasks: readonly Task[],
    act: (task: Task) => Promise<unknown>,
    again: (some: readonly Task[]) => unknown,
  ): Promise<Task[]> {
    this.trouble = null
    this.progress = { count: 0, of: tasks.length }
    const { done, failed } = await forEach(
      tasks,
      act,
      (count) => (this.progress = { count, of: tasks.length }),
    )
    this.progress = null
    if (failed.length > 0)
      this.trouble = {
        text: told(failed, tasks.length),
        again: () => void again(failed.map(({ task }) => this.#book.get(task.id) ?? task)),
      }
    return done
  }
}

/** Which could not be changed, and why: the reasons that there are, each with its tasks. */
export function told(failed: readonly Failure[], of: number): string {
  const byReason = new Map<string, string[]>()
  for (const { task, error } of failed) {
    const reason = problemText(error)
    byReason.set(reason, [...(byReason.get(reason) ?? []), task.key])
  }
  const reasons = [...byReason].map(([reason, keys]) => {
    const named = keys.slice(0, NAMED)
    const more = keys.length - named.length
    const names = formatList(more > 0 ? [...named, m.planning_bulk_others({ count: more })] : named)
    return m.planning_bulk_reason({ names, reason })
  })
  return [m.planning_bulk_failed({ count: failed.length, of }), ...reasons].join(' ')
}

/** Call during component initialisation. */
export const useEditing = (): Editing => new Editing(Book.of(useHearth()), getToasts())
