import { Problem, type Message } from '$api'
import { leaseLock, type Lock, type Store } from '$platform'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Outbox, type Pending } from './outbox'

/** Storage that several tabs share. */
function sharedStore() {
  const data = new Map<string, string>()
  const tabs: { prefix: string; changed: (key: string, value: string | null) => void }[] = []
  const open = (): Store => {
    const mine: (typeof tabs)[number][] = []
    const tell = (key: string, value: string | null) => {
      for (const tab of tabs) if (!mine.includes(tab) && key.startsWith(tab.prefix)) tab.changed(key, value)
    }
    return {
      get: (key) => data.get(key) ?? null,
      set(key, value) {
        data.set(key, value)
        tell(key, value)
        return true
      },
      remove(key) {
        if (data.delete(key)) tell(key, null)
      },
      keys: (prefix) => [...data.keys()].filter((key) => key.startsWith(prefix)),
      watch(prefix, changed) {
        const tab = { prefix, changed }
        tabs.push(tab)
        mine.push(tab)
        return () => tabs.splice(tabs.indexOf(tab), 1)
      },
    }
  }
  return { data, open }
}

/** What Web Locks do. */
function sharedLock(): Lock {
  const tails = new Map<string, Promise<unknown>>()
  return (name, work) => {
    const run = (tails.get(name) ?? Promise.resolve()).then(work, work)
    tails.set(name, run)
    return run
  }
}

let store: ReturnType<typeof sharedStore>
let lock: Lock
let server: { received: string[]; answer: (pending: Pending, signal: AbortSignal) => Promise<void> }
let open: Outbox[]

beforeEach(() => {
  vi.useFakeTimers()
  store = sharedStore()
  lock = sharedLock()
  open = []
  server = { received: [], answer: async () => {} }
})

afterEach(() => {
  for (const outbox of open) outbox.stop()
  vi.useRealTimers()
})

function tab(owner = 'ann', mine = store.open()) {
  const outbox = new Outbox({
    owner,
    store: mine,
    lock,
    send: async (pending, signal) => {
      await server.answer(pending, signal)
      server.received.push(pending.body)
      return { clientKey: pending.clientKey } as Message
    },
    sent: () => {},
    changed: () => {},
  })
  open.push(outbox)
  return outbox
}

const settled = () => vi.advanceTimersByTimeAsync(50)
const offline = async () => {
  throw new Problem({ status: 0, code: 'offline' })
}

describe('the outbox', () => {
  it('sends in the order of writing, one at a time', async () => {
    let under = 0
    server.answer = async () => {
      expect(++under).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 5))
      under--
    }
    const outbox = tab()
    for (const body of ['one', 'two', 'three']) outbox.add('general', body)
    await settled()
    expect(server.received).toEqual(['one', 'two', 'three'])
    expect(outbox.entries).toEqual([])
    expect(store.data.size).toBe(0)
  })

  it('keeps what was written offline over a reload and sends it once', async () => {
    server.answer = offline
    const before = tab()
    const written = before.add('general', 'kept')
    before.add('general', 'second')
    await settled()
    before.stop()

    server.answer = async () => {}
    const after = tab()
    expect(after.entries.map((entry) => entry.clientKey)[0]).toBe(written.clientKey)
    after.flush()
    await settled()
    expect(server.received).toEqual(['kept', 'second'])
  })

  it('keeps the files of a reply and what it is to over a reload', async () => {
    server.answer = offline
    const before = tab()
    const reply = { channelId: 'general', number: 3, also: true }
    before.add('thread.general.3', 'see these', ['one', 'two'], reply)
    await settled()
    before.stop()

    const after = tab()
    expect(after.entries).toMatchObject([
      { channelId: 'thread.general.3', body: 'see these', files: ['one', 'two'], reply },
    ])
  })

  it('does not send twice from two tabs', async () => {
    server.answer = offline
    const first = tab()
    first.add('general', 'once')
    await settled()
    const second = tab()
    expect(second.entries).toHaveLength(1)
    server.answer = () => new Promise((resolve) => setTimeout(resolve, 20))
    first.flush()
    second.flush()
    await vi.advanceTimersByTimeAsync(200)
    expect(server.received).toEqual(['once'])
    expect(second.entries).toEqual([])
  })

  it('comes back by itself after a passing failure', async () => {
    server.answer = offline
    const outbox = tab()
    outbox.add('general', 'patience')
    await settled()
    expect(outbox.entries[0]?.state).toBe('waiting')
    server.answer = async () => {}
    await vi.advanceTimersByTimeAsync(20_000)
    expect(server.received).toEqual(['patience'])
  })

  it('sends anew what was under way when the connection was lost', async () => {
    server.answer = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const outbox = tab()
    outbox.add('general', 'into the void')
    await settled()
    server.answer = async () => {}
    outbox.flush()
    await settled()
    expect(server.received).toEqual(['into the void'])
    expect(outbox.entries).toEqual([])
  })

  it('keeps a refused message for a person to decide, and goes on', async () => {
    server.answer = async (pending) => {
      if (pending.body === 'bad') throw new Problem({ status: 409, code: 'channel_archived' })
    }
    const outbox = tab()
    outbox.add('general', 'bad')
    outbox.add('general', 'good')
    await settled()
    expect(server.received).toEqual(['good'])
    expect(outbox.entries).toMatchObject([{ body: 'bad', state: 'failed', code: 'channel_archived' }])

    server.answer = async () => {}
    outbox.retry(outbox.entries[0]!.clientKey)
    await settled()
    expect(server.received).toEqual(['good', 'bad'])
  })

  it('forgets what is discarded', async () => {
    server.answer = offline
    const outbox = tab()
    outbox.discard(outbox.add('general', 'never mind').clientKey)
    server.answer = async () => {}
    await vi.advanceTimersByTimeAsync(30_000)
    expect(server.received).toEqual([])
    expect(store.data.size).toBe(0)
  })

  it('takes the event as proof when the answer got lost', async () => {
    server.answer = async (pending) => {
      open[0]!.settle(pending.clientKey)
      throw new Problem({ status: 0, code: 'offline' })
    }
    const outbox = tab()
    outbox.add('general', 'arrived')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(outbox.entries).toEqual([])
  })

  it("never touches another person's messages", async () => {
    server.answer = offline
    tab('ann').add('general', 'mine')
    expect(tab('bob').entries).toEqual([])
  })

  it('stops bothering a server that keeps failing', async () => {
    server.answer = async () => {
      throw new Problem({ status: 500, code: 'internal' })
    }
    const outbox = tab()
    outbox.add('general', 'unlucky')
    await vi.advanceTimersByTimeAsync(120_000)
    expect(outbox.entries[0]?.state).toBe('failed')
  })
})

describe('the lease, where there are no Web Locks', () => {
  it('lets one tab work at a time', async () => {
    const a = leaseLock(store.open())
    const b = leaseLock(store.open())
    const order: string[] = []
    const work = (name: string) => async () => {
      order.push(`${name} in`)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      order.push(`${name} out`)
    }
    const both = Promise.all([a('x', work('a')), b('x', work('b'))])
    await vi.advanceTimersByTimeAsync(5_000)
    await both
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out'])
  })

  it('passes over a tab that died holding it', async () => {
    store.data.set('lease.x', `dead ${Date.now() + 20_000}`)
    const run = leaseLock(store.open())('x', async () => 'done')
    await vi.advanceTimersByTimeAsync(21_000)
    await expect(run).resolves.toBe('done')
  })
})
