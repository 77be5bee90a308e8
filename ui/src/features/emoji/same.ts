/** What remains of an emoji without skin tones and variation selectors: 👍🏽 and 👍 are of one kind. */
export function kindOf(emoji: string): string {
  return emoji.replace(/[\u{1f3fb}-\u{1f3ff}]/gu, '').replaceAll('\ufe0f', '')
}

/** Whether these are the same, however they are written. */
export function sameEmoji(one: string, other: string): boolean {
  return one.replaceAll('\ufe0f', '') === other.replaceAll('\ufe0f', '')
}
