// Which emoji somebody uses on this device, and in which skin tone.

import { deviceStore, type Store } from '$platform'
import type { SkinTone } from './data'

const RECENT = 'hearth.emoji.recent'
const TONE = 'hearth.emoji.tone'
const KEPT = 36
/** For whoever has not used any yet. */
const USUAL = ['👍', '❤️', '😂', '🎉', '👀', '🙏', '✅', '🔥', '😄']

/** The last used first. */
export function recentEmoji(store: Store = deviceStore): string[] {
  const used = (store.get(RECENT) ?? '').split(' ').filter(Boolean)
  return [...new Set([...used, ...USUAL])].slice(0, KEPT)
}

export function noteEmoji(emoji: string, store: Store = deviceStore): void {
  const used = (store.get(RECENT) ?? '').split(' ').filter((other) => other && other !== emoji)
  store.set(RECENT, [emoji, ...used].slice(0, KEPT).join(' '))
}

export function skinTone(store: Store = deviceStore): SkinTone {
  const tone = Number(store.get(TONE))
  return Number.isInteger(tone) && tone >= 0 && tone <= 5 ? (tone as SkinTone) : 0
}

export function setSkinTone(tone: SkinTone, store: Store = deviceStore): void {
  store.set(TONE, String(tone))
}
