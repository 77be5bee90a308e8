// Words of which I want to be told, found as the server finds them.

import type { Message } from '$api'
import type { Hearth } from '$features/hub'

/** Letters of scripts that put no spaces between words bound nothing. */
const bounds = (letter: string | undefined) =>
  letter === undefined || letter.codePointAt(0)! >= 0x2e80 || !/[\p{L}\p{N}]/u.test(letter)

/** Whether a text says one of these words, which are in lower case, as a whole. */
export function saysOneOf(words: readonly string[], text: string): boolean {
  if (words.length === 0) return false
  const body = text.toLowerCase()
  return words.some((word) => {
    for (let at = body.indexOf(word); at >= 0; at = body.indexOf(word, at + 1)) {
      if (bounds([...body.slice(0, at)].at(-1)) && bounds([...body.slice(at + word.length)][0])) return true
    }
    return false
  })
}

/** Whether another's message speaks to me: by name, to all, or by a word of which I want to be told. */
export function speaksToMe({ me, alerts }: Hearth, { authorId, mentions, body }: Message): boolean {
  if (authorId === me.id) return false
  const { everyone, here, people } = mentions
  return everyone || here || people.includes(me.id) || saysOneOf(alerts, body)
}

/** One word a line, or with commas between them. */
export function wordsOf(text: string): string[] {
  const words = text.split(/[\n,]/).map((word) => word.trim().toLowerCase())
  return [...new Set(words.filter(Boolean))]
}
