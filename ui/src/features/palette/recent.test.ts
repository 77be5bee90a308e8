import { beforeEach, describe, expect, it } from 'vitest'
import { recentIds, remember } from './recent'

describe('recent choices', () => {
  beforeEach(() => localStorage.clear())

  it('keeps the newest first, each once, and no more than five', () => {
    let ids: string[] = []
    for (const id of ['a', 'b', 'c', 'a', 'd', 'e', 'f']) ids = remember(id, ids)
    expect(ids).toEqual(['f', 'e', 'd', 'a', 'c'])
    expect(recentIds()).toEqual(ids)
  })

  it('survives what is not its own in the store', () => {
    localStorage.setItem('hearth.palette.recent', '{"no":1}')
    expect(recentIds()).toEqual([])
    localStorage.setItem('hearth.palette.recent', 'nonsense')
    expect(recentIds()).toEqual([])
  })
})
