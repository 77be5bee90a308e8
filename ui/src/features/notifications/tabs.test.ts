import type { Store } from '$platform'
import { afterEach, expect, it } from 'vitest'
import { Tabs } from './tabs'

function memory(): Store {
  const kept = new Map<string, string>()
  return {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => {
      kept.set(key, value)
      return true
    },
    remove: (key) => void kept.delete(key),
    keys: (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)),
    watch: () => () => {},
  }
}

/** Gives a lock to one after the other, as the browser does. */
function lockManager(): LockManager {
  let queue: Promise<unknown> = Promise.resolve()
  const request = (_name: string, _options: unknown, work: () => Promise<unknown>) => {
    const run = queue.then(work)
    queue = run.catch(() => {})
    return run
  }
  return { request, query: () => Promise.resolve({}) } as unknown as LockManager
}

const stops: (() => void)[] = []
afterEach(() => stops.splice(0).forEach((stop) => stop()))

function tab(store: Store, focused: { is: boolean }, more: { locks?: LockManager; now?: () => number } = {}) {
  const tabs = new Tabs({ owner: 'ann', store, hasFocus: () => focused.is, ...more })
  stops.push(tabs.start())
  return tabs
}

it('tells in the tab that somebody looks at, and in no other', async () => {
  const store = memory()
  const locks = lockManager()
  const focus = { is: true }
  const other = tab(store, { is: false }, { locks })
  const looked = tab(store, focus, { locks })
  await Promise.resolve()
  expect(looked.mayTell('1')).toBe(true)
  expect(other.mayTell('1')).toBe(false)
  focus.is = false
  window.dispatchEvent(new Event('blur'))
  expect([looked, other].filter((tabs) => tabs.mayTell('2'))).toHaveLength(1)
})

it('is not looked at any more when it is left', async () => {
  const store = memory()
  const locks = lockManager()
  const other = tab(store, { is: false }, { locks })
  tab(store, { is: true }, { locks })
  await Promise.resolve()
  expect(other.mayTell('1')).toBe(false)
  window.dispatchEvent(new Event('pagehide'))
  expect(other.mayTell('2')).toBe(true)
})

it('does not wait for a tab that vanished', async () => {
  const store = memory()
  const locks = lockManager()
  let now = 1_000_000
  const other = tab(store, { is: false }, { locks, now: () => now })
  tab(store, { is: true }, { locks, now: () => now })
  await Promise.resolve()
  expect(other.mayTell('1')).toBe(false)
  now += 60_000
  expect(other.mayTell('1')).toBe(true)
})

it('hands on the turn when a tab goes away', async () => {
  const store = memory()
  const locks = lockManager()
  const first = new Tabs({ owner: 'ann', store, hasFocus: () => false, locks })
  const stop = first.start()
  const second = tab(store, { is: false }, { locks })
  await Promise.resolve()
  expect([first.mayTell('1'), second.mayTell('1')]).toEqual([true, false])
  stop()
  await new Promise((resolve) => setTimeout(resolve))
  expect(second.mayTell('2')).toBe(true)
})

it('tells once where there are no locks', () => {
  const store = memory()
  const tabs = [tab(store, { is: false }), tab(store, { is: false }), tab(store, { is: false })]
  expect(tabs.filter((each) => each.mayTell('general 7'))).toHaveLength(1)
  expect(tabs.filter((each) => each.mayTell('general 8'))).toHaveLength(1)
})
