// What is worth a notice, decided as the server decides it for the desktop app.

import type { Level } from '$api'

export interface Told {
  kind: 'channel' | 'direct' | 'thread'
  /** What I chose for this conversation alone. */
  level: Level | null
  muted: boolean
  /** The message names me, or says a word of which I want to be told. */
  speaksToMe: boolean
}

/** `usual` is the level of channels for which I chose nothing else. */
export function wanted({ kind, level, muted, speaksToMe }: Told, usual: Level): boolean {
  if (kind !== 'channel') return level !== 'nothing'
  switch (level ?? usual) {
    case 'nothing':
      return false
    case 'mentions':
      return speaksToMe
    case 'everything':
      return !muted || speaksToMe
  }
}

/** A text in one line that is short enough for a notice. */
export function oneLine(text: string, longest = 140): string {
  const letters = [...text.split(/\s+/).filter(Boolean).join(' ')]
  return letters.length <= longest ? letters.join('') : `${letters.slice(0, longest).join('').trimEnd()}…`
}

const MINUTE_MS = 60_000
const MORNING = 9

/** Nine o'clock on the next day, by the clock of this device. */
export function tomorrowMorning(now: number): number {
  const morning = new Date(now)
  morning.setDate(morning.getDate() + 1)
  return morning.setHours(MORNING, 0, 0, 0)
}

export type Snooze = 'half' | 'hour' | 'two' | 'tomorrow'

/** When a pause ends that begins now. */
export function snoozeEnd(snooze: Snooze, now: number): number {
  switch (snooze) {
    case 'half':
      return now + 30 * MINUTE_MS
    case 'hour':
      return now + 60 * MINUTE_MS
    case 'two':
      return now + 120 * MINUTE_MS
    case 'tomorrow':
      return tomorrowMorning(now)
  }
}

/** `07:30` for the minutes after midnight, as a time field has it. */
export const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** The minutes after midnight of what a time field has; undefined for an empty one. */
export function minuteOf(clock: string): number | undefined {
  const [hours, minutes] = clock.split(':').map(Number)
  if (hours === undefined || minutes === undefined || !Number.isInteger(hours) || !Number.isInteger(minutes))
    return undefined
  return hours * 60 + minutes
}
