import type { Book } from './book'

export type { Book } from './book'
export { noteEmoji, recentEmoji } from './habits'
export { kindOf } from './same'

/** The names of all emoji; fetched when they are first needed. */
export const emojiBook = (): Promise<Book> => import('./book').then(({ open }) => open())

/** The picker over the page; fetched when it is first opened. */
export const emojiPanel = () => import('./EmojiPanel.svelte')
