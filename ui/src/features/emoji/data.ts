// The emoji that can be chosen, with their names. Bundled with the app, and fetched when they are first needed:
// a page that is only read does not wait for them.

export interface Emoji {
  /** Without a skin tone. */
  emoji: string
  label: string
  /** `:name:`; the first is the usual one. */
  names: readonly string[]
  keywords: readonly string[]
  group: EmojiGroup
  /** From light to dark. */
  skins?: readonly string[]
}

export const GROUPS = [
  'smileys',
  'people',
  'animals',
  'food',
  'travel',
  'activities',
  'objects',
  'symbols',
  'flags',
] as const
export type EmojiGroup = (typeof GROUPS)[number]

/** 0: none; 1 to 5 from light to dark. */
export type SkinTone = 0 | 1 | 2 | 3 | 4 | 5

/** How the data numbers its groups; 2 are skin tones and hair. */
const NUMBERED: Record<number, EmojiGroup> = {
  0: 'smileys',
  1: 'people',
  3: 'animals',
  4: 'food',
  5: 'travel',
  6: 'activities',
  7: 'objects',
  8: 'symbols',
  9: 'flags',
}

let loading: Promise<readonly Emoji[]> | undefined

/** All that this device can draw, in the usual order. */
export function loadEmoji(): Promise<readonly Emoji[]> {
  loading ??= import('virtual:emoji').then(
    ({ default: rows }) => {
      const drawn = drawable(rows)
      return rows.flatMap(([emoji, label, names, keywords, group, version, skins]) =>
        drawn(version)
          ? [
              {
                emoji,
                label,
                names: names.split(' '),
                keywords: keywords.split(' '),
                group: NUMBERED[group] ?? 'symbols',
                skins,
              },
            ]
          : [],
      )
    },
    (error: unknown) => {
      loading = undefined
      throw error
    },
  )
  return loading
}

export function withTone({ emoji, skins }: Emoji, tone: SkinTone): string {
  return (tone > 0 && skins?.[tone - 1]) || emoji
}

/** Older systems lack the newest emoji. All of one version came together, so one of them tells of the others. */
function drawable(rows: readonly [string, ...unknown[]][]): (version: number) => boolean {
  const known = new Map<number, boolean>()
  const context = newCanvas()
  return (version) => {
    if (version < 12 || !context) return true
    let drawn = known.get(version)
    if (drawn === undefined) {
      // One that is not put together from others, whose parts would be drawn side by side.
      const sample = rows.find((row) => row[5] === version && !row[0].includes('\u200d'))?.[0]
      drawn = !sample || hasColour(context, sample)
      known.set(version, drawn)
    }
    return drawn
  }
}

function newCanvas(): CanvasRenderingContext2D | null {
  // In tests there is none.
  if (typeof CanvasRenderingContext2D === 'undefined') return null
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 20
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context) {
    context.font = '16px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif'
    context.textBaseline = 'top'
    context.fillStyle = '#000'
  }
  return context
}

/** The box that stands for what is missing is drawn in the colour of the text. */
function hasColour(context: CanvasRenderingContext2D, emoji: string): boolean {
  context.clearRect(0, 0, 20, 20)
  context.fillText(emoji, 0, 2)
  const { data } = context.getImageData(0, 0, 20, 20)
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] && (data[at] || data[at + 1] || data[at + 2])) return true
  }
  return false
}
