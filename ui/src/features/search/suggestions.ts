// What can be put at the end of what was typed into the search field.

import type { Channel, User } from '$api'

export interface Suggestion {
  /** What the chip says. */
  label: string
  /** What it puts in the place of the last word. */
  insert: string
}

const KEYS = ['from:', 'in:', 'has:', 'is:', 'before:', 'after:', 'on:'] as const
const VALUES: Record<string, readonly string[]> = {
  has: ['file', 'image', 'video', 'audio', 'document', 'archive', 'link', 'code'],
  is: ['thread', 'pinned', 'saved', 'mine'],
  before: ['today', 'yesterday'],
  after: ['yesterday'],
  on: ['today', 'yesterday'],
}
const MOST = 8

/** The word that is being typed: what stands after the last space outside of quotes. */
export function lastWord(text: string): string {
  const quotes = text.split('"').length - 1
  if (quotes % 2 === 1) return ''
  return /\S*$/u.exec(text)?.[0] ?? ''
}

const fold = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()

/** Whether what was typed ends in a filter that says nothing yet. */
export function isUnfinished(text: string): boolean {
  return /^-?(?:from|in|has|is|before|after|on):[@#]?$/i.test(lastWord(text))
}

export function suggest(text: string, people: readonly User[], channels: readonly Channel[]): Suggestion[] {
  const word = lastWord(text)
  const filter = /^(-?)(from|in|has|is|before|after|on):[@#]?(.*)$/i.exec(word)
  if (!filter) {
    const keys = KEYS.filter((key) => word === '' || (key.startsWith(word.toLowerCase()) && key !== word))
    // A word that begins no filter is left alone; the filters can follow it.
    return (keys.length > 0 ? keys : KEYS).map((key) => ({
      label: key,
      insert: keys.length > 0 ? key : `${word} ${key}`,
    }))
  }
  const [, minus = '', name = '', typed = ''] = filter
  const key = name.toLowerCase()
  const begun = fold(typed)
  const put = (value: string) => `${minus}${key}:${value} `
  if (key === 'from') {
    const me = 'me'.startsWith(begun) ? [{ label: 'me', insert: put('me') }] : []
    const found = people
      .filter((user) => fold(user.username).startsWith(begun) || fold(user.name).includes(begun))
      .map((user) => ({ label: user.name, insert: put(`@${user.username}`) }))
    return [...me, ...found].slice(0, MOST)
  }
  if (key === 'in') {
    const direct = 'direct'.startsWith(begun) ? [{ label: 'direct', insert: put('direct') }] : []
    const found = channels
      .filter((channel) => channel.kind !== 'direct' && fold(channel.name).includes(begun))
      .map((channel) => ({ label: `#${channel.name}`, insert: put(channel.name) }))
    return [...found.slice(0, MOST - direct.length), ...direct]
  }
  return (VALUES[key] ?? [])
    .filter((value) => value.startsWith(begun) && value !== begun)
    .map((value) => ({ label: value, insert: put(value) }))
}

/** The text with the suggestion in the place of its last word. */
export function complete(text: string, suggestion: Suggestion): string {
  return text.slice(0, text.length - lastWord(text).length) + suggestion.insert
}
