import type { Channel, User } from '$api'
import { describe, expect, it } from 'vitest'
import { nameBefore, suggest, suggestEmoji, triggerAt } from './completion'

describe('what is completed', () => {
  it('is the word before the caret after @ or #', () => {
    expect(triggerAt('hello @bo', 9)).toEqual({ sign: '@', query: 'bo', from: 6 })
    expect(triggerAt('#', 1)).toEqual({ sign: '#', query: '', from: 0 })
    expect(triggerAt('(@ann', 5)?.query).toBe('ann')
  })

  it('is nothing inside addresses, after a space, or elsewhere', () => {
    expect(triggerAt('me@home', 7)).toBeUndefined()
    expect(triggerAt('@bob is', 7)).toBeUndefined()
    expect(triggerAt('hello', 5)).toBeUndefined()
    expect(triggerAt('@bob hello', 2)?.query).toBe('b')
  })
})

describe('with what', () => {
  const person = (username: string, name: string) => ({ id: username, username, name }) as User
  const people = [person('tomas', 'Tomás Novák'), person('bob', 'Bob Stone'), person('ab', 'Abe Tombs')]
  const channels = [
    { id: '1', name: 'general' },
    { id: '2', name: 'gen-old', archivedAt: 'x' },
  ] as Channel[]
  const names = (query: string, sign: '@' | '#' = '@', isHere = (_: User) => false) =>
    suggest({ sign, query, from: 0 }, { people, channels, isHere }).map((entry) => entry.insert)

  it('finds people by user name and by any of their names', () => {
    expect(names('tom')).toEqual(['@tomas ', '@ab '])
    expect(names('stone')).toEqual(['@bob '])
    expect(names('zzz')).toEqual([])
  })

  it('offers to speak to everyone where there are several', () => {
    const groups = (query: string) =>
      suggest({ sign: '@', query, from: 0 }, { people, channels: [], isHere: () => true, groups: true }).map(
        (entry) => entry.insert,
      )
    expect(groups('chan')).toEqual(['@channel '])
    expect(groups('he')).toEqual(['@here '])
    expect(groups('')).toEqual(['@ab ', '@bob ', '@tomas ', '@channel ', '@here '])
    expect(names('chan')).toEqual([])
  })

  it('puts those who are here first', () => {
    expect(names('', '@', (user) => user.username === 'tomas')[0]).toBe('@tomas ')
  })

  it('puts archived channels last', () => {
    expect(names('gen', '#')).toEqual(['#general ', '#gen-old '])
  })
})

describe('names of emoji', () => {
  it('are completed from their second letter on, wherever a word could begin', () => {
    expect(triggerAt('well :ta', 8)).toEqual({ sign: ':', query: 'ta', from: 5 })
    expect(triggerAt('🎉:tad', 6)?.query).toBe('tad')
    for (const text of [':D', ':)', 'at 10:30', 'https://a', 'a:bc', ':tada: ']) {
      expect(triggerAt(text, text.length), text).toBeUndefined()
    }
  })

  it('are replaced when they are written to the end', () => {
    expect(nameBefore('well :tada:', 11)).toEqual({ name: 'tada', from: 5 })
    expect(nameBefore(':+1:', 4)?.name).toBe('+1')
    expect(nameBefore('12:30:', 6)).toBeUndefined()
  })

  it('offers what the book finds', () => {
    const book = { find: () => [{ emoji: '🎉', name: 'tada' }], named: () => undefined }
    expect(suggestEmoji(book, 'ta')).toEqual([
      { kind: 'emoji', key: 'tada', insert: '🎉 ', emoji: '🎉', name: 'tada' },
    ])
  })
})
