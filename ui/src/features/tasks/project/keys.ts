/** A key that fits a name: the first letters of its words, or of its only word. */
export function keyFor(name: string): string {
  const words = name
    .normalize('NFKD')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter(Boolean)
  const joined =
    words.length > 1 ? words.map((word) => word.charAt(0)).join('') : (words[0] ?? '').slice(0, 3)
  return joined.replace(/^[0-9]+/, '').slice(0, 8)
}
