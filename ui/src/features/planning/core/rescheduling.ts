import type { Task } from '$api'
import { dayName, todayOf, useDoing, type Doing } from '$features/tasks'
import { m } from '$paraglide/messages.js'
import { getClock, getToasts, type Clock, type Toasts } from '$shared'
import { before, changes, type Dates } from './dates'

/** Gives tasks other dates, and lets it be taken back for a while. */
export class Rescheduling {
  #doing: Doing
  #toasts: Toasts
  #clock: Clock

  constructor(doing: Doing, toasts: Toasts, clock: Clock) {
    this.#doing = doing
    this.#toasts = toasts
    this.#clock = clock
  }

  async set(task: Task, dates: Dates): Promise<void> {
    if (!changes(task, dates)) return
    const was = before(task, dates)
    const done = await this.#doing.update(task, dates)
    if (!done) return
    const { due } = done
    this.#toasts.show({
      text:
        due === null
          ? m.planning_unscheduled({ key: done.key })
          : m.planning_rescheduled({ key: done.key, day: dayName(due, todayOf(this.#clock)) }),
      action: { label: m.tasks_undo(), run: () => this.#doing.update(done, was) },
    })
  }
}

/** Call during component initialisation. */
export const useRescheduling = (): Rescheduling => new Rescheduling(useDoing(), getToasts(), getClock())
