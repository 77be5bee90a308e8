import type { Task, TaskPatch } from '$api'
import { useHearth } from '$features/hub'
import { m } from '$paraglide/messages.js'
import { getToasts, type Toasts } from '$shared'
import { Book } from './book.svelte'
import { byRank, isOpen } from './order'
import { problemText } from './problems'

/** What can be done to a task from anywhere; refusals are told. */
export class Doing {
  readonly book: Book
  #toasts: Toasts

  constructor(book: Book, toasts: Toasts) {
    this.book = book
    this.#toasts = toasts
  }

  async #try<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act()
    } catch (error) {
      this.#toasts.danger(problemText(error))
      return undefined
    }
  }

  async update(task: Task, patch: TaskPatch): Promise<Task | undefined> {
    const done = await this.#try(() => this.book.update(task, patch))
    this.#offerParts(task, done)
    return done
  }

  /** Where a task was closed and parts of it are open, they can go the same way with one press. */
  #offerParts(before: Task, task: Task | undefined) {
    if (!task || task.statusId === before.statusId) return
    if (isOpen(this.book.hearth.projects[task.projectId], task)) return
    const count = this.book.openParts(task).length
    if (count === 0) return
    this.#toasts.show({
      text: m.plan_open_parts({ key: task.key, count }),
      action: {
        label: m.plan_close_parts(),
        run: () => this.#try(() => this.book.moveAll(task, task.statusId)),
      },
    })
  }

  async move(
    task: Task,
    statusId: number,
    beside: { after?: Task; before?: Task },
  ): Promise<Task | undefined> {
    const done = await this.#try(() => this.book.move(task, statusId, beside))
    this.#offerParts(task, done)
    return done
  }

  toEdge(task: Task, edge: 'top' | 'bottom'): Promise<Task | undefined> {
    const column = this.book
      .of(task.projectId)
      .filter((other) => other.statusId === task.statusId && other.id !== task.id)
      .sort(byRank)
    const beside = edge === 'top' ? { before: column[0] } : { after: column.at(-1) }
    return beside.after || beside.before ? this.move(task, task.statusId, beside) : Promise.resolve(task)
  }

  /** Deletes a task; it can be taken back for a while with one press. */
  async remove(task: Task): Promise<boolean> {
    const done = await this.#try(async () => {
      await this.removed(task, false)
      return true
    })
    return done ?? false
  }

  /** Deletes it, and its parts too if so; throws what the server says against it. */
  async removed(task: Task, parts: boolean): Promise<void> {
    await this.book.remove(task, parts)
    this.#toasts.show({
      text: m.tasks_deleted({ key: task.key }),
      action: { label: m.tasks_undo(), run: () => this.#try(() => this.book.restore(task)) },
    })
  }
}

/** Call during component initialisation. */
export function useDoing(): Doing {
  return new Doing(Book.of(useHearth()), getToasts())
}
