// Of several tabs of one browser only one tells: the one that somebody looks at, or else one for all.

import { randomId, type Store } from '$platform'

/** How long a tab that was looked at counts as that without a sign of life. */
const FRESH_MS = 12_000
const SIGN_EVERY_MS = 5_000

export interface TabsOptions {
  /** Whose tabs these are. */
  owner: string
  store: Store
  /** Whether this tab has the keyboard. */
  hasFocus: () => boolean
  /** Missing where the page is not in a secure context. */
  locks?: LockManager
  now?: () => number
}

export class Tabs {
  #options: TabsOptions
  #tab = randomId()
  #leads = false

  constructor(options: TabsOptions) {
    this.#options = options
  }

  get #lookedAt() {
    return `hearth.looked-at.${this.#options.owner}`
  }

  get #now() {
    return this.#options.now?.() ?? Date.now()
  }

  /** Says when this tab is looked at, and queues up to tell for all; returns how to stop. */
  start(): () => void {
    const { locks, owner } = this.#options
    const over = new AbortController()
    let leave = () => {}
    const left = new Promise<void>((resolve) => (leave = resolve))
    locks
      ?.request(`hearth.tells.${owner}`, { signal: over.signal }, () => {
        this.#leads = true
        return left
      })
      .catch(() => {
        // Stopped before its turn came.
      })
    const sign = () => this.#sign()
    const away = () => this.#away()
    const timer = setInterval(sign, SIGN_EVERY_MS)
    for (const name of SIGNS) window.addEventListener(name, sign)
    window.addEventListener('pagehide', away)
    sign()
    return () => {
      clearInterval(timer)
      for (const name of SIGNS) window.removeEventListener(name, sign)
      window.removeEventListener('pagehide', away)
      this.#away()
      this.#leads = false
      leave()
      over.abort()
    }
  }

  /** Whether this tab is the one that tells of this; what it claims, no other tab tells of. */
  mayTell(what: string): boolean {
    const { hasFocus, locks, store, owner } = this.#options
    if (hasFocus()) return true
    const [tab, at] = (store.get(this.#lookedAt) ?? '').split(' ')
    if (tab && tab !== this.#tab && this.#now - Number(at) < FRESH_MS) return false
    if (locks) return this.#leads
    const key = `hearth.told.${owner}`
    if (store.get(key) === what) return false
    store.set(key, what)
    return true
  }

  #sign() {
    if (this.#options.hasFocus()) this.#options.store.set(this.#lookedAt, `${this.#tab} ${this.#now}`)
    else this.#away()
  }

  #away() {
    const { store } = this.#options
    if (store.get(this.#lookedAt)?.startsWith(this.#tab)) store.remove(this.#lookedAt)
  }
}

const SIGNS = ['focus', 'blur', 'pageshow'] as const
