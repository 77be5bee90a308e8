import { Resource } from './resource.svelte'

/**
 * Something looked at again and again while the page is seen. Start it in an effect; what that gives stops it.
 * `first` is for what is not true yet when the page comes.
 */
export class Watch<T> {
  readonly resource: Resource<T>
  readonly #load: () => Promise<T>
  readonly #everyMs: number
  readonly #firstMs: number

  constructor(load: () => Promise<T>, everyMs: number, firstMs = everyMs) {
    this.resource = new Resource<T>(load)
    this.#load = load
    this.#everyMs = everyMs
    this.#firstMs = firstMs
  }

  start(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    const look = async () => {
      if (!document.hidden && this.resource.value) await this.#look()
      if (!stopped) timer = setTimeout(look, this.#everyMs)
    }
    const seen = () => {
      if (document.hidden) return
      clearTimeout(timer)
      void look()
    }
    timer = setTimeout(look, this.#firstMs)
    document.addEventListener('visibilitychange', seen)
    return () => {
      stopped = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
    }
  }

  /** One failed look is no news: what was seen last stays on screen. */
  async #look() {
    try {
      this.resource.set(await this.#load())
    } catch {
      // The next look may succeed.
    }
  }
}
