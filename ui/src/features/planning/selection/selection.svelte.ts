import type { Task } from '$api'
import { SvelteSet } from 'svelte/reactivity'

/** Says that a task was chosen, in which order the view has them, and whether with Shift. */
export type Choose = (task: Task, order: readonly Task[], shift?: boolean) => void

/** Tasks that were chosen to do something to them together. */
export class Selection {
  readonly ids = new SvelteSet<string>()
  /** From which one a range goes. */
  #anchor: string | null = null

  toggle(task: Task): void {
    if (!this.ids.delete(task.id)) this.ids.add(task.id)
    this.#anchor = task.id
  }

  /** All from the last one that was chosen to this one, in the order in which they are shown. */
  extend(order: readonly Task[], task: Task): void {
    const to = order.findIndex((one) => one.id === task.id)
    const from = order.findIndex((one) => one.id === this.#anchor)
    if (to < 0) return
    if (from < 0) this.#anchor = task.id
    const [first, last] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)]
    for (const one of order.slice(first, last + 1)) this.ids.add(one.id)
  }

  /** A press with Shift chooses a range, one without turns the one. */
  choose(task: Task, order: readonly Task[], shift = false): void {
    if (shift) this.extend(order, task)
    else this.toggle(task)
  }

  all(order: readonly Task[]): void {
    for (const task of order) this.ids.add(task.id)
  }

  clear(): void {
    this.ids.clear()
    this.#anchor = null
  }
}
