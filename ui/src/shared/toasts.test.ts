import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Toasts } from './toasts.svelte'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('toasts', () => {
  it('go by themselves, after longer when there is something to press', () => {
    const toasts = new Toasts()
    toasts.good('Saved')
    toasts.show({ text: 'Deleted', action: { label: 'Undo', run: () => {} } })
    vi.advanceTimersByTime(5_000)
    expect(toasts.items.map(({ text }) => text)).toEqual(['Deleted'])
    vi.advanceTimersByTime(3_000)
    expect(toasts.items).toEqual([])
  })

  it('either undo or go ahead, never both', () => {
    const toasts = new Toasts()
    const undo = vi.fn()
    const expire = vi.fn()
    const first = toasts.show({ text: 'a', action: { label: 'Undo', run: undo }, onExpire: expire })
    toasts.act(first)
    vi.advanceTimersByTime(60_000)
    expect(undo).toHaveBeenCalledOnce()
    expect(expire).not.toHaveBeenCalled()

    toasts.dismiss(toasts.show({ text: 'b', action: { label: 'Undo', run: undo }, onExpire: expire }))
    expect(expire).toHaveBeenCalledOnce()
    expect(undo).toHaveBeenCalledOnce()
  })

  it('wait while somebody looks at them', () => {
    const toasts = new Toasts()
    toasts.good('Saved')
    vi.advanceTimersByTime(3_000)
    toasts.pause()
    vi.advanceTimersByTime(60_000)
    expect(toasts.items).toHaveLength(1)
    toasts.resume()
    vi.advanceTimersByTime(2_000)
    expect(toasts.items).toEqual([])
  })

  it('show three at most; the oldest goes ahead early', () => {
    const toasts = new Toasts()
    const expire = vi.fn()
    toasts.show({ text: '1', onExpire: expire })
    for (const text of ['2', '3', '4']) toasts.show({ text })
    expect(toasts.items.map(({ text }) => text)).toEqual(['2', '3', '4'])
    expect(expire).toHaveBeenCalledOnce()
  })
})
