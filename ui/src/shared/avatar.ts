/** How a person is drawn when there is no picture: one character on one of eight colours. */

const HUES = 8

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const initials = new Map<string, string>()

/** The first character a reader would name, whatever the script: `é` stays whole, an emoji too. */
export function initialOf(name: string): string {
  const known = initials.get(name)
  if (known) return known
  const [first] = graphemes.segment(name.trim())
  const initial = (first?.segment ?? '?').toLocaleUpperCase()
  initials.set(name, initial)
  return initial
}

/** A number from 0 to 7 that stays the same for an id; ids begin with the time, so all of it is mixed in. */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  // The last step of MurmurHash3: every bit of the id has its say in the lowest three.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % HUES
}

/** Where a person's picture is; null when there is none. */
export function avatarUrl(id: string, hash: string | null | undefined): string | null {
  return hash ? `/api/v1/users/${encodeURIComponent(id)}/avatar/${encodeURIComponent(hash)}` : null
}
