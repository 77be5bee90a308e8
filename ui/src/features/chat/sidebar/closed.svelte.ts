import { deviceStore } from '$platform'
import { SvelteSet } from 'svelte/reactivity'

const KEY = 'hearth.sidebar.closed'

/** Which sections are folded away on this device. */
export class Closed {
  readonly #ids = new SvelteSet<string>(deviceStore.get(KEY)?.split(' ').filter(Boolean))

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  toggle(id: string): void {
    if (!this.#ids.delete(id)) this.#ids.add(id)
    deviceStore.set(KEY, [...this.#ids].join(' '))
  }
}
