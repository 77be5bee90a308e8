import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

// Every pair of colours that words or edges are drawn with, in both themes, against WCAG 2.2.

const css = readFileSync('src/shared/styles/tokens.css', 'utf8').replace(/\/\*[^]*?\*\//g, '')
const tokens = new Map(
  [...css.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!.trim()]),
)

type Scheme = 'light' | 'dark'

function resolve(value: string, scheme: Scheme): string {
  const named = /^var\((--[\w-]+)\)$/.exec(value)
  if (named) return resolve(tokens.get(named[1]!) ?? '', scheme)
  const pair = /^light-dark\((.+)\)$/.exec(value)
  if (!pair) return value
  let depth = 0
  const comma = [...pair[1]!].findIndex((letter) => {
    if (letter === '(') depth++
    if (letter === ')') depth--
    return letter === ',' && depth === 0
  })
  const side = scheme === 'light' ? pair[1]!.slice(0, comma) : pair[1]!.slice(comma + 1)
  return resolve(side.trim(), scheme)
}

/** Relative luminance of `oklch(L C H)`, by way of linear sRGB (https://bottosson.github.io/posts/oklab/). */
function luminance(colour: string): number {
  const [L, C, H] = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)/.exec(colour)!.slice(1).map(Number) as [
    number,
    number,
    number,
  ]
  const a = C * Math.cos((H * Math.PI) / 180)
  const b = C * Math.sin((H * Math.PI) / 180)
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clamp = (channel: number) => Math.min(1, Math.max(0, channel))
  const red = clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
  const green = clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
  const blue = clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string, scheme: Scheme): number {
  const [x, y] = [a, b].map((name) => luminance(resolve(`var(${name})`, scheme))) as [number, number]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

const surfaces = ['--surface', '--surface-side', '--surface-sunken', '--surface-raised']

const words: [string, string[]][] = [
  ['--text', [...surfaces, '--hover', '--selected', '--accent-soft', '--neutral-soft']],
  ['--text-muted', [...surfaces, '--hover', '--selected', '--accent-soft', '--neutral-soft']],
  ['--text-faint', [...surfaces]],
  ['--accent', [...surfaces, '--hover', '--selected', '--accent-soft']],
  ['--danger', [...surfaces, '--hover']],
  ['--on-accent', ['--accent-fill']],
  ['--on-danger', ['--danger-fill']],
  ['--good-strong', ['--good-soft']],
  ['--warn-strong', ['--warn-soft']],
  ['--danger-strong', ['--danger-soft']],
  ['--info-strong', ['--info-soft']],
]

const edges: [string, string[]][] = [
  ['--line-control', ['--surface', '--surface-raised']],
  ['--focus', [...surfaces]],
  ['--online', ['--surface', '--surface-side', '--surface-sunken']],
  ['--good', ['--surface']],
  ['--warn', ['--surface']],
]

const rows = (pairs: [string, string[]][]) =>
  pairs.flatMap(([front, backs]) =>
    backs.flatMap((back) => (['light', 'dark'] as const).map((scheme) => [front, back, scheme] as const)),
  )

describe('words', () => {
  it.each(rows(words))('%s on %s in the %s theme: 4.5 to 1', (front, back, scheme) => {
    expect(contrast(front, back, scheme)).toBeGreaterThanOrEqual(4.5)
  })
})

describe('edges and signs', () => {
  it.each(rows(edges))('%s on %s in the %s theme: 3 to 1', (front, back, scheme) => {
    expect(contrast(front, back, scheme)).toBeGreaterThanOrEqual(3)
  })
})
