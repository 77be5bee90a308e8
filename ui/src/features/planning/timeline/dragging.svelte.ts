import type { Task } from '$api'
import { swallowClick } from '../core/swallow'
import { endOn, plusDays, shifted, type Dates } from '../core/dates'
import { dayAt, type Scale } from './scale'

export type Grip = 'whole' | 'start' | 'due' | 'new'

interface Drag {
  task: Task
  dates: Dates
}

const NEAR_PX = 3
const EDGE_PX = 48

/** What the dates become when a bar, or one end of it, is taken so many days on. */
export function taken(task: Task, grip: Exclude<Grip, 'new'>, days: number): Dates {
  if (grip === 'whole') return shifted(task, days)
  const from = grip === 'start' ? (task.start ?? task.due) : task.due
  return from === null ? {} : endOn(task, grip, plusDays(from, days))
}

/** A bar that follows the pointer, a day at a time. */
export class BarDrag {
  now = $state.raw<Drag | null>(null)
  #stop: (() => void) | undefined

  /**
   * @param host what scrolls, so that a bar can be taken further than is seen
   * @param xOn the place on the line of days that lies under the pointer
   */
  begin(
    event: PointerEvent,
    task: Task,
    grip: Grip,
    scale: Scale,
    host: HTMLElement,
    xOn: (clientX: number) => number,
    ondone: (dates: Dates) => void,
  ): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return
    this.#stop?.()
    const { pointerId } = event
    const begun = xOn(event.clientX)
    let pointer = event.clientX
    let frame = 0

    const follow = () => {
      const x = xOn(pointer)
      if (!this.now && Math.abs(x - begun) < NEAR_PX) return
      const dates =
        grip === 'new'
          ? between(dayAt(scale, begun), dayAt(scale, x))
          : taken(task, grip, Math.round((x - begun) / scale.px))
      this.now = { task, dates }
    }
    const scroll = () => {
      frame = requestAnimationFrame(scroll)
      if (!this.now) return
      const { left, right } = host.getBoundingClientRect()
      const by = pointer > right - EDGE_PX ? 10 : pointer < left + EDGE_PX ? -10 : 0
      if (by === 0) return
      host.scrollLeft += by
      follow()
    }
    const move = (moved: PointerEvent) => {
      if (moved.pointerId !== pointerId) return
      pointer = moved.clientX
      follow()
    }
    const up = (ended: PointerEvent) => {
      if (ended.pointerId !== pointerId) return
      const done = this.now
      stop()
      if (!done) return
      swallowClick()
      ondone(done.dates)
    }
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key !== 'Escape' || !this.now) return
      pressed.preventDefault()
      pressed.stopPropagation()
      stop()
      window.addEventListener('pointerup', swallowClick, { once: true })
    }
    const cancel = () => stop()
    const stop = () => {
      cancelAnimationFrame(frame)
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('pointercancel', cancel)
      window.removeEventListener('keydown', key, true)
      this.now = null
      this.#stop = undefined
    }
    this.#stop = stop
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    window.addEventListener('pointercancel', cancel)
    window.addEventListener('keydown', key, true)
    frame = requestAnimationFrame(scroll)
  }

  end(): void {
    this.#stop?.()
  }
}

const between = (a: string, b: string): Dates =>
  a === b ? { due: a } : a < b ? { start: a, due: b } : { start: b, due: a }
