import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

interface Entry {
  emoji: string
  hexcode: string
  label: string
  tags?: string[]
  /** 0: drawn as text unless a variation selector asks for the picture. */
  type: number
  group?: number
  version: number
  tone?: number | number[]
  skins?: Entry[]
}

type Names = Record<string, string | string[]>

const MODULE = 'virtual:emoji'
/** Of the data's groups: skin tones and hair, which are parts of emoji. */
const PARTS = 2

/**
 * What the emoji picker needs of emojibase's data, as one module: a third of the size, and every emoji in the
 * form that the server keeps it in.
 */
export function emojiData(): Plugin {
  return {
    name: 'hearth:emoji',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load(id) {
      if (id !== `\0${MODULE}`) return undefined
      const require = createRequire(import.meta.url)
      const entries = require('emojibase-data/en/data.json') as Entry[]
      const github = require('emojibase-data/en/shortcodes/github.json') as Names
      const slack = require('emojibase-data/en/shortcodes/iamcal.json') as Names
      const namesOf = ({ hexcode, label }: Entry) => {
        const names = [github[hexcode] ?? [], slack[hexcode] ?? []].flat()
        return names.length ? [...new Set(names)] : [label.toLowerCase().replace(/[^a-z0-9]+/g, '_')]
      }
      const rows = entries
        .filter((entry) => entry.group !== undefined && entry.group !== PARTS)
        .map((entry) => [
          qualified(entry),
          entry.label,
          namesOf(entry).join(' '),
          (entry.tags ?? []).join(' '),
          entry.group,
          entry.version,
          ...(entry.skins ? [skins(entry.skins)] : []),
        ])
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(rows))})`
    },
  }
}

/** Without the variation selector where Unicode asks for none. */
function qualified({ emoji, type }: Entry): string {
  return type === 1 && [...emoji].length === 2 ? emoji.replace(/\ufe0f$/, '') : emoji
}

/** The five tones, light to dark; of several people those who all have the same. */
function skins(entries: Entry[]): string[] {
  return [1, 2, 3, 4, 5].map((wanted) => {
    const found = entries.find(({ tone }) => [tone].flat().every((one) => one === wanted))
    if (!found) throw new Error(`${entries[0]?.label} has no tone ${wanted}`)
    return found.emoji
  })
}
