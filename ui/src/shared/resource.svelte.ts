export type Loaded<T> =
  { status: 'loading' } | { status: 'ready'; value: T } | { status: 'failed'; error: unknown }

/** Something that is fetched once for a view and may be fetched again. */
export class Resource<T> {
  current = $state.raw<Loaded<T>>({ status: 'loading' })
  /** True while it is fetched again with the old value still on screen. */
  refreshing = $state(false)
  #load: () => Promise<T>
  #run = 0

  constructor(load: () => Promise<T>) {
    this.#load = load
    void this.reload()
  }

  get value(): T | undefined {
    return this.current.status === 'ready' ? this.current.value : undefined
  }

  /** Puts in what is known already: an answer, an optimistic guess. */
  set(value: T): void {
    this.current = { status: 'ready', value }
  }

  async reload(): Promise<void> {
    const run = ++this.#run
    this.refreshing = true
    try {
      const value = await this.#load()
      if (run === this.#run) this.current = { status: 'ready', value }
    } catch (error) {
      if (run === this.#run) this.current = { status: 'failed', error }
    } finally {
      if (run === this.#run) this.refreshing = false
    }
  }
}
