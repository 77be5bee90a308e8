import { createSubscriber } from 'svelte/reactivity'

/** The current time as something a template can depend on: it ticks only while somebody reads it. */
export class Clock {
  #now = Date.now()
  #subscribe: () => void

  /** @param everyMs how often readers are told; 20 s keeps "1 minute ago" honest */
  constructor(everyMs = 20_000) {
    this.#subscribe = createSubscriber((update) => {
      const tick = () => {
        this.#now = Date.now()
        update()
      }
      this.#now = Date.now()
      const timer = setInterval(tick, everyMs)
      document.addEventListener('visibilitychange', tick)
      return () => {
        clearInterval(timer)
        document.removeEventListener('visibilitychange', tick)
      }
    })
  }

  /** Milliseconds since 1970. */
  get now(): number {
    this.#subscribe()
    return this.#now
  }
}
