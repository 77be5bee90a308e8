// How the picker's grid is laid out: headings and rows of as many emoji as fit.

import { m } from '$paraglide/messages.js'
import { GROUPS, withTone, type Emoji, type EmojiGroup, type SkinTone } from './data'
import { sameEmoji } from './same'

export interface Cell {
  emoji: string
  label: string
  name: string
}

export type Row =
  { kind: 'head'; section: EmojiGroup | 'recent' | 'found'; label: string } | { kind: 'cells'; cells: Cell[] }

export const groupLabels: Record<EmojiGroup, () => string> = {
  smileys: m.emoji_smileys,
  people: m.emoji_people,
  animals: m.emoji_animals,
  food: m.emoji_food,
  travel: m.emoji_travel,
  activities: m.emoji_activities,
  objects: m.emoji_objects,
  symbols: m.emoji_symbols,
  flags: m.emoji_flags,
}

/** Everything, in sections; what was lately used comes first. */
export function allRows(
  all: readonly Emoji[],
  recent: readonly string[],
  tone: SkinTone,
  columns: number,
): Row[] {
  const cell = cellIn(tone)
  // Two rows at most, and no second one that is not full.
  const rowsUsed = Math.min(2, Math.max(1, Math.floor(recent.length / columns)))
  const used = recent.flatMap((emoji) => cellOf(all, emoji) ?? []).slice(0, rowsUsed * columns)
  const rows: Row[] = [
    { kind: 'head', section: 'recent', label: m.emoji_recent() },
    ...cellRows(used, columns),
  ]
  for (const group of GROUPS) {
    const cells = all.filter((one) => one.group === group).map(cell)
    rows.push({ kind: 'head', section: group, label: groupLabels[group]() }, ...cellRows(cells, columns))
  }
  return rows
}

/** What a search found. */
export function foundRows(found: readonly Emoji[], tone: SkinTone, columns: number): Row[] {
  return [
    { kind: 'head', section: 'found', label: m.emoji_results() },
    ...cellRows(found.map(cellIn(tone)), columns),
  ]
}

const cellIn = (tone: SkinTone) => (one: Emoji) => ({
  emoji: withTone(one, tone),
  label: one.label,
  name: one.names[0] ?? one.label,
})

/** One that was used keeps the tone in which it was. */
function cellOf(all: readonly Emoji[], emoji: string): Cell | undefined {
  const found = all.find(
    (one) => sameEmoji(one.emoji, emoji) || one.skins?.some((skin) => sameEmoji(skin, emoji)),
  )
  return found && { emoji, label: found.label, name: found.names[0] ?? found.label }
}

function cellRows(cells: readonly Cell[], columns: number): Row[] {
  const rows: Row[] = []
  for (let from = 0; from < cells.length; from += columns) {
    rows.push({ kind: 'cells', cells: cells.slice(from, from + columns) })
  }
  return rows
}

export interface Spot {
  row: number
  column: number
}

export type Way = 'left' | 'right' | 'up' | 'down'

/** Where an arrow key leads from here; from nowhere, to the first emoji. */
export function step(rows: readonly Row[], from: Spot | null, way: Way): Spot | null {
  const width = (row: number) => {
    const found = rows[row]
    return found?.kind === 'cells' ? found.cells.length : 0
  }
  const next = (row: number, by: 1 | -1) => {
    for (let at = row + by; at >= 0 && at < rows.length; at += by) if (width(at) > 0) return at
    return undefined
  }
  if (!from) {
    const first = next(-1, 1)
    return first === undefined ? null : { row: first, column: 0 }
  }
  const { row, column } = from
  if (way === 'right' && column + 1 < width(row)) return { row, column: column + 1 }
  if (way === 'left' && column > 0) return { row, column: column - 1 }
  const to = next(row, way === 'up' || way === 'left' ? -1 : 1)
  if (to === undefined) return from
  if (way === 'right') return { row: to, column: 0 }
  if (way === 'left') return { row: to, column: width(to) - 1 }
  return { row: to, column: Math.min(column, width(to) - 1) }
}
