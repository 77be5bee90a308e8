import type { Store } from '$platform'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadEmoji, withTone, type Emoji } from './data'
import { noteEmoji, recentEmoji, setSkinTone, skinTone } from './habits'
import { allRows, foundRows, step, type Row } from './rows'
import { kindOf, sameEmoji } from './same'
import { emojiNamed, searchEmoji } from './search'

let all: readonly Emoji[]
beforeAll(async () => {
  all = await loadEmoji()
})

const named = (name: string) => emojiNamed(all, name)!

describe('the emoji', () => {
  it('are all there, each once, in the form that the server keeps', () => {
    expect(all.length).toBeGreaterThan(1_800)
    expect(new Set(all.map((one) => one.emoji)).size).toBe(all.length)
    expect(named('raised_hand').emoji).toBe('\u270b')
    expect(named('heart').emoji).toBe('\u2764\ufe0f')
    expect(all.every((one) => one.names.length > 0 && one.label)).toBe(true)
  })

  it('have skin tones where people are shown', () => {
    expect(withTone(named('+1'), 3)).toBe('👍🏽')
    expect(withTone(named('tada'), 3)).toBe('🎉')
    expect(all.filter((one) => one.skins && new Set(one.skins).size !== 5)).toEqual([])
  })

  it('are the same kind in every tone and spelling', () => {
    expect(kindOf('👍🏽')).toBe(kindOf('👍'))
    expect(kindOf('❤️')).toBe(kindOf('❤'))
    expect(sameEmoji('❤️', '❤')).toBe(true)
    expect(sameEmoji('👍🏽', '👍')).toBe(false)
  })
})

describe('searching', () => {
  const first = (text: string) => searchEmoji(all, text)[0]?.emoji

  it('finds by name, by what is shown, and by the emoji itself', () => {
    expect(first('tada')).toBe('🎉')
    expect(first(':thumbsup:')).toBe('👍')
    expect(first('thumbs up')).toBe('👍')
    expect(first('+1')).toBe('👍')
    expect(searchEmoji(all, 'party').map((one) => one.emoji)).toContain('🎉')
    expect(first('🎉')).toBe('🎉')
    expect(first('👍🏽')).toBe('👍')
    expect(searchEmoji(all, 'flag japan')[0]?.emoji).toBe('🇯🇵')
  })

  it('finds nothing by nonsense or nothing', () => {
    expect(searchEmoji(all, 'qqqq')).toEqual([])
    expect(searchEmoji(all, '  ')).toEqual([])
  })
})

describe('habits', () => {
  const memory = (): Store => {
    const kept = new Map<string, string>()
    return {
      get: (key) => kept.get(key) ?? null,
      set: (key, value) => Boolean(kept.set(key, value)),
      remove: (key) => void kept.delete(key),
      keys: () => [...kept.keys()],
      watch: () => () => {},
    }
  }

  it('begin with the usual ones and remember the last', () => {
    const store = memory()
    expect(recentEmoji(store)[0]).toBe('👍')
    noteEmoji('🦀', store)
    noteEmoji('🎉', store)
    noteEmoji('🦀', store)
    expect(recentEmoji(store).slice(0, 2)).toEqual(['🦀', '🎉'])
    expect(new Set(recentEmoji(store)).size).toBe(recentEmoji(store).length)
    for (const one of all.slice(0, 100)) noteEmoji(one.emoji, store)
    expect(recentEmoji(store).length).toBe(36)
  })

  it('remember the skin tone', () => {
    const store = memory()
    expect(skinTone(store)).toBe(0)
    setSkinTone(4, store)
    expect(skinTone(store)).toBe(4)
    store.set('hearth.emoji.tone', 'nonsense')
    expect(skinTone(store)).toBe(0)
  })
})

describe('the grid', () => {
  const width = (row: Row | undefined) => (row?.kind === 'cells' ? row.cells.length : 0)

  it('has every emoji in rows under headings', () => {
    const rows = allRows(all, ['🎉', '👍🏽', 'nonsense'], 2, 9)
    expect(rows[0]).toMatchObject({ kind: 'head', section: 'recent' })
    expect(rows[1]).toMatchObject({ cells: [{ emoji: '🎉', name: 'tada' }, { emoji: '👍🏽' }] })
    expect(rows.slice(2).reduce((sum, row) => sum + width(row), 0)).toBe(all.length)
    expect(rows.every((row) => width(row) <= 9)).toBe(true)
  })

  it('is walked by the arrow keys, over headings and short rows', () => {
    const rows = foundRows(all.slice(0, 20), 0, 9)
    expect(step(rows, null, 'down')).toEqual({ row: 1, column: 0 })
    expect(step(rows, { row: 1, column: 8 }, 'right')).toEqual({ row: 2, column: 0 })
    expect(step(rows, { row: 2, column: 0 }, 'left')).toEqual({ row: 1, column: 8 })
    expect(step(rows, { row: 2, column: 8 }, 'down')).toEqual({ row: 3, column: 1 })
    expect(step(rows, { row: 3, column: 1 }, 'right')).toEqual({ row: 3, column: 1 })
    expect(step(rows, { row: 1, column: 3 }, 'up')).toEqual({ row: 1, column: 3 })
    expect(step(foundRows([], 0, 9), null, 'down')).toBeNull()
  })
})
