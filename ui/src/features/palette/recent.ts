import { deviceStore, type Store } from '$platform'

const KEY = 'hearth.palette.recent'
const MOST = 5

/** What was chosen last on this device, the newest first. */
export function recentIds(store: Store = deviceStore): string[] {
  try {
    const kept: unknown = JSON.parse(store.get(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}

/** Puts one in front and remembers; gives the new list. */
export function remember(id: string, before: readonly string[], store: Store = deviceStore): string[] {
  const next = [id, ...before.filter((other) => other !== id)].slice(0, MOST)
  store.set(KEY, JSON.stringify(next))
  return next
}
