export type ToastTone = 'neutral' | 'good' | 'danger'

export interface ToastOptions {
  /** One sentence. */
  text: string
  tone?: ToastTone
  /** A button in the toast; pressing it also closes the toast. */
  action?: { label: string; run: () => unknown }
  /** Milliseconds until it goes by itself; 5 s, or 8 s with an action. */
  duration?: number
  /** Called once when the toast goes without its action having been pressed. */
  onExpire?: () => unknown
}

export interface Toast extends Required<Pick<ToastOptions, 'text' | 'tone' | 'duration'>> {
  id: number
  action?: ToastOptions['action']
}

interface Timer {
  handle: ReturnType<typeof setTimeout> | undefined
  startedAt: number
  left: number
  onExpire?: ToastOptions['onExpire']
}

const UNDO_MS = 8_000
const PLAIN_MS = 5_000
const MOST = 3

/** The short messages at the edge of the screen. Timers stop while the pointer or the focus is on them. */
export class Toasts {
  items = $state.raw<readonly Toast[]>([])
  // Nothing on screen reads it.

  #timers = new Map<number, Timer>()
  #next = 1

  show(options: ToastOptions): number {
    const id = this.#next++
    const duration = options.duration ?? (options.action ? UNDO_MS : PLAIN_MS)
    const toast: Toast = {
      id,
      text: options.text,
      tone: options.tone ?? 'neutral',
      duration,
      action: options.action,
    }
    this.items = [...this.items, toast]
    this.#timers.set(id, { handle: undefined, startedAt: 0, left: duration, onExpire: options.onExpire })
    this.#run(id)
    const oldest = this.items[0]
    if (this.items.length > MOST && oldest) this.dismiss(oldest.id)
    return id
  }

  good(text: string): number {
    return this.show({ text, tone: 'good' })
  }

  danger(text: string): number {
    return this.show({ text, tone: 'danger', duration: UNDO_MS })
  }

  /** Presses the action of a toast. */
  act(id: number): void {
    const toast = this.items.find((item) => item.id === id)
    this.#remove(id)
    toast?.action?.run()
  }

  /** Closes a toast; what it stood for goes ahead. */
  dismiss(id: number): void {
    const timer = this.#timers.get(id)
    this.#remove(id)
    timer?.onExpire?.()
  }

  pause(): void {
    for (const timer of this.#timers.values()) {
      if (timer.handle === undefined) continue
      clearTimeout(timer.handle)
      timer.handle = undefined
      timer.left -= Date.now() - timer.startedAt
    }
  }

  resume(): void {
    for (const [id, timer] of this.#timers) if (timer.handle === undefined) this.#run(id)
  }

  #run(id: number): void {
    const timer = this.#timers.get(id)
    if (!timer) return
    timer.startedAt = Date.now()
    timer.handle = setTimeout(() => this.dismiss(id), Math.max(timer.left, 1_000))
  }

  #remove(id: number): void {
    clearTimeout(this.#timers.get(id)?.handle)
    this.#timers.delete(id)
    this.items = this.items.filter((item) => item.id !== id)
  }
}
