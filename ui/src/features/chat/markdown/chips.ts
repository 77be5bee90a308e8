// @people and #channels in running text become links.

import { textNodes } from './text'

export interface Names {
  /** The person with this user name, if there is one. */
  person(username: string): { name: string; path: string; me: boolean } | undefined
  /** What speaks to several: `channel`, or a group of the team. `mine` speaks to the reader. */
  group(word: string): { name: string; title?: string; mine: boolean } | undefined
  /** The channel of this name, if the reader may see it. */
  channel(name: string): { name: string; path: string } | undefined
  /** Whether a project that the reader sees has this key. */
  project(key: string): boolean
}

const MARK =
  /(?<![\p{L}\p{N}_/@#&])(?:([@#])([\p{L}\p{N}][\p{L}\p{N}._-]*)|([A-Z][A-Z0-9]{1,7})-([1-9]\d{0,6})(?![\p{L}\p{N}_-]))/gu

export function addChips(root: Node, names: Names): void {
  for (const text of textNodes(root)) {
    if (text.parentElement?.closest('a, code, pre')) continue
    const parts = split(text.data, names)
    if (parts) text.replaceWith(...parts)
  }
}

function split(text: string, names: Names): (string | Node)[] | undefined {
  const parts: (string | Node)[] = []
  let from = 0
  for (const match of text.matchAll(MARK)) {
    const found = match[3]
      ? taskChip(match[3], match[4]!, names)
      : longest(match[1] as '@' | '#', match[2]!, names)
    if (!found) continue
    parts.push(text.slice(from, match.index), found.chip)
    from = match.index + 1 + found.length
  }
  if (from === 0) return undefined
  parts.push(text.slice(from))
  return parts
}

/** `OPS-12`, the key of a task. The length is what stands after the first letter, as for the others after their sign. */
function taskChip(key: string, number: string, names: Names) {
  if (!names.project(key)) return undefined
  const words = `${key}-${number}`
  const link = chip('chip task', `/task/${words}`, words)
  return { chip: link, length: words.length - 1 }
}

/** `@bob.` at the end of a sentence is Bob: signs at the end are given back one by one. */
function longest(sign: '@' | '#', word: string, names: Names) {
  for (let name = word; name; name = name.slice(0, -1)) {
    const chip = sign === '@' ? personChip(name, names) : channelChip(name, names)
    if (chip) return { chip, length: name.length }
    if (!/[._-]$/.test(name)) return undefined
  }
  return undefined
}

function personChip(username: string, names: Names) {
  const group = names.group(username)
  if (group) return groupChip(group)
  const person = names.person(username)
  if (!person) return undefined
  const link = chip(person.me ? 'chip me' : 'chip', person.path, `@${person.name}`)
  link.dataset.person = username
  return link
}

function groupChip({ name, title, mine }: NonNullable<ReturnType<Names['group']>>): HTMLElement {
  const words = document.createElement('span')
  words.className = mine ? 'chip me' : 'chip'
  words.textContent = `@${name}`
  if (title) words.title = title
  return words
}

function channelChip(name: string, names: Names) {
  const channel = names.channel(name)
  return channel && chip('chip channel', channel.path, `#${channel.name}`)
}

function chip(className: string, path: string, words: string): HTMLAnchorElement {
  const link = document.createElement('a')
  link.className = className
  link.setAttribute('href', path)
  link.textContent = words
  return link
}
