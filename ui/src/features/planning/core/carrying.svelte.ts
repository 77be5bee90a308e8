import type { Task } from '$api'
import { swallowClick } from './swallow'

/** Where something can be put down: elements say it by `data-drop`, as a day or a word. */
const PLACE = '[data-drop]'
/** Held over one of these, the view turns to what is before or after. */
const TURN = '[data-turn]'
const TURN_AFTER_MS = 600
/** A finger that rests so long takes hold; one that moves before scrolls. */
const HOLD_MS = 220
const NEAR_PX = 5

/**
 * A task that is carried by the pointer from one day to another. Bars over several days and places in different
 * lists do not suit what the board drags with.
 */
export class Carrying {
  task = $state.raw<Task | null>(null)
  /** The place under the pointer. */
  over = $state<string | null>(null)
  x = $state(0)
  y = $state(0)
  /** The place that it was taken from. */
  from: string | null = null
  #onturn: (by: number) => void
  #turning: ReturnType<typeof setTimeout> | undefined
  #turnBy = 0
  #stop: (() => void) | undefined

  constructor(onturn: (by: number) => void = () => {}) {
    this.#onturn = onturn
  }

  /** Begins with a pointer that went down; whether it becomes carrying or a click shows when it moves. */
  begin(
    event: PointerEvent,
    task: Task,
    ondrop: (place: string, from: string | null) => void,
    from = placeAt(event.clientX, event.clientY),
  ): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return
    this.#stop?.()
    const { clientX, clientY, pointerId } = event
    const touch = event.pointerType === 'touch'
    const take = () => {
      this.from = from
      this.task = task
      this.over = from
      this.x = clientX
      this.y = clientY
    }
    const holding = touch ? setTimeout(take, HOLD_MS) : undefined

    const move = (moved: PointerEvent) => {
      if (moved.pointerId !== pointerId) return
      if (!this.task) {
        const far = Math.hypot(moved.clientX - clientX, moved.clientY - clientY) > NEAR_PX
        if (!far) return
        if (touch) return stop()
        take()
      }
      this.x = moved.clientX
      this.y = moved.clientY
      this.over = placeAt(moved.clientX, moved.clientY)
      this.#turn(turnAt(moved.clientX, moved.clientY))
    }
    const up = (ended: PointerEvent) => {
      if (ended.pointerId !== pointerId) return
      const carried = this.task !== null
      const place = this.over
      stop()
      if (!carried) return
      swallowClick()
      if (place !== null) ondrop(place, from)
    }
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key !== 'Escape' || !this.task) return
      pressed.preventDefault()
      pressed.stopPropagation()
      stop()
      window.addEventListener('pointerup', swallowClick, { once: true })
    }
    const cancel = () => stop()
    const hold = (moved: TouchEvent) => this.task && moved.preventDefault()
    // A long press would open the menu of a link.
    const menu = (opened: Event) => touch && opened.preventDefault()
    const stop = () => {
      clearTimeout(holding)
      clearTimeout(this.#turning)
      this.#turnBy = 0
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('pointercancel', cancel)
      window.removeEventListener('keydown', key, true)
      window.removeEventListener('touchmove', hold)
      window.removeEventListener('contextmenu', menu)
      this.task = null
      this.over = null
      this.#stop = undefined
    }
    this.#stop = stop
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    window.addEventListener('pointercancel', cancel)
    window.addEventListener('keydown', key, true)
    window.addEventListener('contextmenu', menu)
    // The browser would scroll with what is carried.
    window.addEventListener('touchmove', hold, { passive: false })
  }

  /** Lets go of what is carried, when its view goes. */
  end(): void {
    this.#stop?.()
  }

  #turn(by: number) {
    if (by === this.#turnBy) return
    clearTimeout(this.#turning)
    this.#turnBy = by
    if (by === 0) return
    const again = () => {
      this.#onturn(by)
      this.#turning = setTimeout(again, TURN_AFTER_MS * 1.5)
    }
    this.#turning = setTimeout(again, TURN_AFTER_MS)
  }
}

/** What lies there, not what it belongs to: a bar over several days is part of the first alone. */
const lying = (x: number, y: number, what: string): HTMLElement | undefined =>
  document.elementsFromPoint(x, y).find((one): one is HTMLElement => one.matches(what))

const placeAt = (x: number, y: number): string | null => lying(x, y, PLACE)?.dataset['drop'] ?? null

const turnAt = (x: number, y: number): number => Number(lying(x, y, TURN)?.dataset['turn'] ?? 0)
