import { Problem, type Draft } from '$api'
import type { Store } from '$platform'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Across, placeOf } from './across'
import { Drafts } from './drafts.svelte'

function memory(): Store {
  const data = new Map<string, string>()
  return {
    get: (key) => data.get(key) ?? null,
    set: (key, value) => !!data.set(key, value),
    remove: (key) => void data.delete(key),
    keys: (prefix) => [...data.keys()].filter((key) => key.startsWith(prefix)),
    watch: () => () => {},
  }
}

/** The hub: of each place the last word counts. */
class Hub {
  drafts: Record<string, Draft> = {}
  devices: Across[] = []
  asked = 0
  problem: Problem | undefined

  put = async (draft: Draft): Promise<Draft> => {
    this.asked++
    await Promise.resolve()
    if (this.problem) throw this.problem
    const now = new Date().toISOString()
    const next = draft.editedAt > now ? { ...draft, editedAt: now } : draft
    const before = this.drafts[draft.channelId]
    if (before && before.editedAt >= next.editedAt) return before
    this.drafts[draft.channelId] = next
    for (const device of this.devices) device.heard(next)
    return next
  }
}

let hub: Hub

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T09:00:00Z') })
  hub = new Hub()
})

afterEach(() => vi.useRealTimers())

function device(store = memory()) {
  const drafts = new Drafts('ann', store)
  const across = new Across({ drafts, known: () => hub.drafts, put: hub.put, told: () => {} })
  drafts.onchange = (id) => across.changed(id)
  hub.devices.push(across)
  return { drafts, across, store }
}

const offline = () => new Problem({ status: 0, code: 'offline' })

describe('drafts across devices', () => {
  it('what is begun on one is on the other, a moment after the last letter', async () => {
    const [laptop, phone] = [device(), device()]
    for (const text of ['H', 'He', 'Hello']) {
      laptop.drafts.set('general', text)
      await vi.advanceTimersByTimeAsync(200)
    }
    expect(hub.asked).toBe(0)
    await vi.advanceTimersByTimeAsync(1_500)
    expect(hub.asked).toBe(1)
    expect(phone.drafts.get('general')).toBe('Hello')
    phone.drafts.set('general', '')
    await vi.advanceTimersByTimeAsync(300)
    expect(phone.store.keys('hearth.draft')).toEqual([])
    expect(laptop.drafts.has('general')).toBe(true)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(laptop.drafts.has('general')).toBe(false)
  })

  it('nothing comes over what is being typed; the newer word stays', async () => {
    const [laptop, phone] = [device(), device()]
    phone.drafts.set('general', 'from the phone')
    await vi.advanceTimersByTimeAsync(1_000)
    laptop.drafts.set('general', 'from the laptop')
    await vi.advanceTimersByTimeAsync(600)
    expect(laptop.drafts.get('general')).toBe('from the laptop')
    await vi.advanceTimersByTimeAsync(40_000)
    expect(laptop.drafts.get('general')).toBe('from the laptop')
    expect(phone.drafts.get('general')).toBe('from the laptop')
  })

  it('what was written offline is told when there is a way again, over a reload as well', async () => {
    const store = memory()
    const before = device(store)
    hub.problem = offline()
    before.drafts.set('general', 'on the train')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(hub.asked).toBe(1)
    before.across.stop()
    before.drafts.stop()
    hub.problem = undefined
    const after = device(store)
    after.across.merge()
    await vi.advanceTimersByTimeAsync(10)
    expect(hub.drafts['general']).toMatchObject({ body: 'on the train', root: null })
    after.across.merge()
    await vi.advanceTimersByTimeAsync(10)
    expect(hub.asked).toBe(2)
  })

  it('what was sent elsewhere meanwhile does not come back', async () => {
    const [laptop, phone] = [device(), device()]
    phone.drafts.set('general', 'older')
    await vi.advanceTimersByTimeAsync(1_500)
    laptop.drafts.set('general', '')
    await vi.advanceTimersByTimeAsync(300)
    const late = device()
    late.drafts.take('general', 'older', Date.parse('2026-11-22T09:00:00Z'))
    late.across.merge()
    await vi.advanceTimersByTimeAsync(10)
    expect(late.drafts.has('general')).toBe(false)
    expect(hub.drafts['general']?.body).toBe('')
  })

  it('what is sent at once leaves nothing behind, here or there', async () => {
    const { drafts, store } = device()
    drafts.set('general', 'Hi')
    await vi.advanceTimersByTimeAsync(500)
    drafts.set('general', '')
    await vi.advanceTimersByTimeAsync(2_000)
    expect([hub.asked, store.keys('hearth.draft')]).toEqual([0, []])
  })

  it('what is sent while the hub is being told of it is empty there in the end', async () => {
    const { drafts } = device()
    const put = hub.put
    let slow = true
    hub.put = async (draft) => {
      if (slow) await new Promise((resolve) => setTimeout(resolve, 3_000))
      return put(draft)
    }
    const late = new Across({
      drafts,
      known: () => hub.drafts,
      put: (draft) => hub.put(draft),
      told: () => {},
    })
    drafts.onchange = (id) => late.changed(id)
    drafts.set('general', 'Hi')
    await vi.advanceTimersByTimeAsync(1_600)
    drafts.set('general', '')
    slow = false
    await vi.advanceTimersByTimeAsync(6_000)
    expect(hub.drafts['general']?.body).toBe('')
  })

  it('what the hub does not want stays on the device, and is not asked for again and again', async () => {
    const { drafts, across } = device()
    hub.problem = new Problem({ status: 403, code: 'forbidden' })
    drafts.set('general', 'kept here')
    await vi.advanceTimersByTimeAsync(1_500)
    across.merge()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(hub.asked).toBe(1)
    expect(drafts.get('general')).toBe('kept here')
  })

  it('a clock that is ahead does not win for ever', async () => {
    const { drafts } = device()
    drafts.take('general', 'from tomorrow', Date.now() + 86_400_000)
    drafts.set('general', 'from tomorrow, and on')
    await vi.advanceTimersByTimeAsync(1_500)
    expect(drafts.at('general')).toBeLessThanOrEqual(Date.now())
  })

  it('knows where a draft is written', () => {
    expect(placeOf('general')).toEqual({ channelId: 'general', root: null })
    expect(placeOf('thread.general.7')).toEqual({ channelId: 'general', root: 7 })
    expect(placeOf('dm.bob')).toBeUndefined()
  })
})
