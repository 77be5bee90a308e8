import type { Command } from '$shared'
import { computeCommandScore } from 'bits-ui'

/** Below this, or this far below the best, the letters only happen to be in there somewhere. */
const WORTH_SHOWING = 0.01
const WORTH_BESIDE_BEST = 0.06
/** What a word beside the label counts: less than a good label, more than scattered letters. */
const BEGUN = 0.4
const MOST = 40

/** Letters without their marks, small: `Tomás` is found by `tomas`. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .trim()
}

/** How well a command answers what was typed; 0 when not at all. The label may be abbreviated, the other words only begun. */
export function scoreOf(command: Command, query: string): number {
  const asked = fold(query)
  if (!asked) return 0
  const others = [...(command.keywords ?? []), command.detail ?? ''].map(fold)
  const begun = others.some(
    (words) => words.startsWith(asked) || words.split(/[\s@.·_-]+/).some((word) => word.startsWith(asked)),
  )
  const best = Math.max(computeCommandScore(fold(command.label), asked), begun ? BEGUN : 0)
  // `#gen` and `@bo` mean the names behind the signs.
  const bare = asked.replace(/^[#@]/, '')
  return bare && bare !== asked ? Math.max(best, 0.95 * scoreOf(command, bare)) : best
}

/** What to offer for a query: the best first, recent and weighty ones before their equals. */
export function rank(commands: readonly Command[], query: string, recent: readonly string[]): Command[] {
  const rows = commands.map((command, place) => ({ command, place, score: scoreOf(command, query) }))
  const best = Math.max(0, ...rows.map(({ score }) => score))
  const least = Math.max(WORTH_SHOWING, best * WORTH_BESIDE_BEST)
  return rows
    .filter(({ score }) => score >= least)
    .map((row) => ({ ...row, score: row.score * (1 + bonus(row.command, recent)) }))
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, MOST)
    .map(({ command }) => command)
}

function bonus(command: Command, recent: readonly string[]): number {
  const place = recent.indexOf(command.id)
  return (place < 0 ? 0 : 0.25 / (place + 1)) + 0.1 * (command.weight ?? 0)
}

export interface Group {
  label: string
  commands: Command[]
}

/** What to offer before anything is typed: recent ones, then everything by its heading. */
export function browse(
  commands: readonly Command[],
  recent: readonly string[],
  recentLabel: string,
): Group[] {
  const byId = new Map(commands.map((command) => [command.id, command]))
  const remembered = recent.map((id) => byId.get(id)).filter((command) => command !== undefined)
  const shown = new Set(remembered.map((command) => command.id))
  const groups = new Map<string, Command[]>()
  for (const command of commands) {
    if (shown.has(command.id)) continue
    const group = groups.get(command.group)
    if (group) group.push(command)
    else groups.set(command.group, [command])
  }
  const rest = [...groups].map(([label, commands]) => ({
    label,
    commands: commands.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0)),
  }))
  return remembered.length ? [{ label: recentLabel, commands: remembered }, ...rest] : rest
}
