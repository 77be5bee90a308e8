import type { Emoji } from './data'

/** 0 is best; undefined is no match. */
function rank({ names, label, keywords }: Emoji, query: string): number | undefined {
  if (names.includes(query)) return 0
  if (names.some((name) => name.startsWith(query))) return 1
  const words = [...names.flatMap((name) => name.split(/[_-]/)), ...label.toLowerCase().split(/[\s:,-]+/)]
  if (words.some((word) => word.startsWith(query))) return 2
  if (keywords.includes(query)) return 3
  if (keywords.some((keyword) => keyword.startsWith(query))) return 4
  if (names.some((name) => name.includes(query)) || label.toLowerCase().includes(query)) return 5
  return undefined
}

/** The emoji whose names or keywords fit every word, the best first. */
export function searchEmoji(all: readonly Emoji[], text: string, most = 200): Emoji[] {
  const query = text.trim().toLowerCase().replace(/^:|:$/g, '')
  const itself = all.filter((one) => one.emoji === query || one.skins?.includes(query))
  if (itself.length > 0) return itself
  const whole = query.replace(/[\s-]+/g, '_')
  const words = query.split(/[\s_-]+/).filter(Boolean)
  if (words.length === 0) return []
  const found: { emoji: Emoji; rank: number }[] = []
  for (const emoji of all) {
    const ranks = words.map((word) => rank(emoji, word))
    if (ranks.some((one) => one === undefined)) continue
    // Whoever wrote the name itself meant that one.
    const best = emoji.names.some((name) => name.startsWith(whole)) ? (rank(emoji, whole) ?? 1) : undefined
    found.push({ emoji, rank: best ?? Math.max(...(ranks as number[])) + (words.length > 1 ? 0.5 : 0) })
  }
  // Sorting is stable: what fits as well stays in the usual order.
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map((entry) => entry.emoji)
}

/** The emoji that is called exactly this. */
export function emojiNamed(all: readonly Emoji[], name: string): Emoji | undefined {
  return all.find(({ names }) => names.includes(name))
}
