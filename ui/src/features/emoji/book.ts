import { loadEmoji, withTone, type Emoji } from './data'
import { skinTone } from './habits'
import { emojiNamed, searchEmoji } from './search'

/** What completing a name needs; the emoji are in the chosen skin tone. */
export interface Book {
  find: (query: string, most: number) => { emoji: string; name: string }[]
  /** The one that is called exactly this. */
  named: (name: string) => string | undefined
}

export async function open(): Promise<Book> {
  const all = await loadEmoji()
  const toned = (one: Emoji) => withTone(one, skinTone())
  return {
    find: (query, most) =>
      searchEmoji(all, query, most).map((one) => ({ emoji: toned(one), name: one.names[0] ?? one.label })),
    named: (name) => {
      const found = emojiNamed(all, name)
      return found && toned(found)
    },
  }
}
