import { randomId } from './ids'
import type { Store } from './storage'

const LEASE_MS = 20_000
const LOOK_AGAIN_MS = 250

/** Runs `work` in one tab at a time. */
export type Lock = <T>(name: string, work: () => Promise<T>) => Promise<T>

/**
 * Web Locks exist in secure contexts only, and a hub on a local network is mostly reached over plain HTTP.
 * There a lease in storage takes their place: weaker when two tabs move in the same millisecond, which is
 * why what runs under it must also be safe to run twice.
 */
export function tabLock(store: Store): Lock {
  if (typeof navigator !== 'undefined' && navigator.locks) {
    return (name, work) => navigator.locks.request(name, work) as ReturnType<typeof work>
  }
  return leaseLock(store)
}

export function leaseLock(store: Store, now: () => number = Date.now): Lock {
  const tab = randomId()
  const held = new Map<string, Promise<unknown>>()

  async function take(key: string): Promise<void> {
    for (;;) {
      const [owner, until] = (store.get(key) ?? '').split(' ')
      if (!owner || owner === tab || Number(until) < now()) {
        const kept = store.set(key, `${tab} ${now() + LEASE_MS}`)
        if (!kept || store.get(key)?.startsWith(tab)) return
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    }
  }

  return async (name, work) => {
    const key = `lease.${name}`
    const before = held.get(name)
    const run = (async () => {
      await before?.catch(() => {})
      await take(key)
      const renew = setInterval(() => store.set(key, `${tab} ${now() + LEASE_MS}`), LEASE_MS / 3)
      try {
        return await work()
      } finally {
        clearInterval(renew)
        store.remove(key)
      }
    })()
    held.set(name, run)
    try {
      return await run
    } finally {
      if (held.get(name) === run) held.delete(name)
    }
  }
}
