import { describe, expect, it } from 'vitest'
import { message } from './fixtures'
import { emptyWindow, keepOnly, loadedBlocks, messageAt, missing, putMessages } from './window'

const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => message('general', from + index))

describe('a window', () => {
  it('finds messages by number across blocks', () => {
    const window = putMessages(emptyWindow, messages(60, 70))
    expect(messageAt(window, 60)?.number).toBe(60)
    expect(messageAt(window, 65)?.number).toBe(65)
    expect(messageAt(window, 71)).toBeUndefined()
    expect(window.last).toBe(70)
  })

  it('holds stretches far apart and knows what lies between', () => {
    const window = putMessages(putMessages(emptyWindow, messages(1, 10)), messages(99_990, 100_000))
    expect(missing(window, 5, 99_995)).toEqual([{ from: 11, to: 99_989 }])
    expect(missing(window, 99_990, 100_000)).toEqual([])
    expect(missing(undefined, -3, 2)).toEqual([{ from: 1, to: 2 }])
  })

  it('stays the same object when nothing is new', () => {
    const window = putMessages(emptyWindow, messages(1, 10))
    expect(putMessages(window, messages(3, 4))).toBe(window)
  })

  it('copies only the block that changed', () => {
    const window = putMessages(emptyWindow, messages(1, 200))
    const after = putMessages(window, [message('general', 200, { version: 2 })])
    expect(after.blocks[0]).toBe(window.blocks[0])
    expect(after.blocks[3]).not.toBe(window.blocks[3])
  })

  it('lets go of what is far away', () => {
    const window = putMessages(emptyWindow, messages(1, 1000))
    const kept = keepOnly(window, 400, 500)
    expect(messageAt(kept, 450)).toBeDefined()
    expect(messageAt(kept, 100)).toBeUndefined()
    expect(loadedBlocks(kept)).toBeLessThan(4)
    expect(kept.last).toBe(1000)
  })
})
