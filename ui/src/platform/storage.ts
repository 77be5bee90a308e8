// What the browser keeps for this person on this device. Storage may be closed to us (private windows) or
// full: then the app works on, and only forgets.

export interface Store {
  get(key: string): string | null
  /** False when it could not be kept. */
  set(key: string, value: string): boolean
  remove(key: string): void
  keys(prefix: string): string[]
  /** Tells of changes made by other tabs; returns how to stop. */
  watch(prefix: string, changed: (key: string, value: string | null) => void): () => void
}

function local(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

export const deviceStore: Store = {
  get(key) {
    try {
      return local()?.getItem(key) ?? null
    } catch {
      return null
    }
  },
  set(key, value) {
    try {
      const storage = local()
      storage?.setItem(key, value)
      return storage !== null
    } catch {
      return false
    }
  },
  remove(key) {
    try {
      local()?.removeItem(key)
    } catch {
      // Nothing was kept, so nothing is left behind.
    }
  },
  keys(prefix) {
    try {
      return Object.keys(local() ?? {}).filter((key) => key.startsWith(prefix))
    } catch {
      return []
    }
  },
  watch(prefix, changed) {
    const listen = (event: StorageEvent) => {
      if (event.key?.startsWith(prefix)) changed(event.key, event.newValue)
    }
    window.addEventListener('storage', listen)
    return () => window.removeEventListener('storage', listen)
  },
}
