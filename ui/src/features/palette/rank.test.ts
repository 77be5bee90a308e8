import type { Command } from '$shared'
import { describe, expect, it } from 'vitest'
import { browse, rank } from './rank'

const command = (id: string, label: string, more: Partial<Command> = {}): Command => ({
  id,
  label,
  group: 'Channels',
  run: () => {},
  ...more,
})

const general = command('general', 'general')
const genealogy = command('genealogy', 'genealogy')
const design = command('design', 'design', { detail: 'Everything we draw' })
const tomas = command('tomas', 'Tomás Müller', { group: 'People', keywords: ['@tomas.muller'] })
const yuki = command('yuki', '鈴木 ゆき', { group: 'People' })
const theme = command('theme', 'Switch to the dark theme', { group: 'You', keywords: ['appearance'] })
const all = [general, genealogy, design, tomas, yuki, theme]
const ids = (commands: Command[]) => commands.map(({ id }) => id)

describe('rank', () => {
  it('puts the closest name first', () => {
    expect(ids(rank(all, 'gen', []))[0]).toBe('general')
    expect(ids(rank(all, 'genea', []))[0]).toBe('genealogy')
  })

  it('finds by the starts of words and by scattered letters', () => {
    expect(ids(rank(all, 'dark', []))[0]).toBe('theme')
    expect(ids(rank(all, 'dsgn', []))[0]).toBe('design')
  })

  it('does not care for marks or capitals', () => {
    expect(ids(rank(all, 'TOMAS', []))[0]).toBe('tomas')
    expect(ids(rank(all, 'mull', []))).toContain('tomas')
  })

  it('finds other scripts', () => {
    expect(ids(rank(all, 'ゆき', []))).toEqual(['yuki'])
  })

  it('finds by keywords and details', () => {
    expect(ids(rank(all, 'appearance', []))[0]).toBe('theme')
    expect(ids(rank(all, 'draw', []))).toContain('design')
  })

  it('reads the signs of channels and people', () => {
    expect(ids(rank(all, '#gen', []))[0]).toBe('general')
    expect(ids(rank(all, '@tom', []))[0]).toBe('tomas')
  })

  it('puts what was used lately before its equals', () => {
    expect(ids(rank(all, 'gene', ['genealogy']))[0]).toBe('genealogy')
  })

  it('leaves out what only shares a few letters', () => {
    expect(rank(all, 'zzz', [])).toEqual([])
    expect(ids(rank(all, 'general', []))).not.toContain('theme')
  })
})

describe('browse', () => {
  it('shows recent ones once, in their order, then the rest by heading', () => {
    const groups = browse(all, ['tomas', 'gone', 'design'], 'Recent')
    expect(groups.map(({ label }) => label)).toEqual(['Recent', 'Channels', 'People', 'You'])
    expect(ids(groups[0]!.commands)).toEqual(['tomas', 'design'])
    expect(ids(groups[1]!.commands)).toEqual(['general', 'genealogy'])
  })

  it('puts weighty ones first within their heading', () => {
    const groups = browse([general, { ...design, weight: 1 }], [], 'Recent')
    expect(ids(groups[0]!.commands)).toEqual(['design', 'general'])
  })
})
