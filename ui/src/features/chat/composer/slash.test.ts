import { describe, expect, it, vi } from 'vitest'
import type { Channel } from '$api'
import type { Hearth } from '$features/hub'
import type { Toasts } from '$shared'
import { suggestCommands, triggerAt } from './completion'
import { commandIn, peopleIn, SlashCommands, statusIn } from './slash'

const hearth = {
  me: { id: 'ann', role: 'member' },
  memberships: {},
  userByUsername: (name: string) => (name === 'bob' ? { id: 'bob', name: 'Bob' } : undefined),
} as unknown as Hearth

describe('a command', () => {
  it('is a slash and a word at the very beginning', () => {
    expect(commandIn('/me is here')).toEqual({ name: 'me', rest: 'is here' })
    expect(commandIn('/SHRUG')).toEqual({ name: 'shrug', rest: '' })
    expect(commandIn('/topic one\ntwo')).toEqual({ name: 'topic', rest: 'one\ntwo' })
    for (const text of ['/etc/hosts', '/ me', 'me /me', '//', '/1']) expect(commandIn(text)).toBeUndefined()
  })

  it('is offered while its name is written', () => {
    expect(triggerAt('/sh', 3)).toEqual({ sign: '/', query: 'sh', from: 0 })
    expect(triggerAt('so /sh', 6)).toBeUndefined()
    expect(triggerAt('/me is', 6)).toBeUndefined()
    const known = ['me', 'mute', 'shrug'].map((name) => ({ name, takes: '', about: '' }))
    expect(suggestCommands(known, 'M').map(({ insert }) => insert)).toEqual(['/me ', '/mute '])
  })

  it('names people with and without the sign', () => {
    const { people, unknown } = peopleIn(hearth, '@bob, bob @nobody')
    expect([people.map(({ id }) => id), unknown]).toEqual([['bob', 'bob'], ['@nobody']])
  })
})

describe('what becomes of it', () => {
  const toasts = { danger: vi.fn() } as unknown as Toasts
  const commands = new SlashCommands(hearth, toasts, () => undefined as Channel | undefined)

  it('is words to send, or a word of what is wrong', async () => {
    expect(await commands.run('/me waves')).toEqual({ send: '_waves_' })
    expect(await commands.run('/shrug')).toEqual({ send: '¯\\\\\\_(ツ)\\_/¯' })
    expect(await commands.run('/usr/bin')).toBeUndefined()
    expect(await commands.run('//topic roofs')).toEqual({ send: '/topic roofs' })
    // A thread has no topic.
    expect(await commands.run('/topic roofs')).toBe('kept')
    expect(toasts.danger).toHaveBeenCalledOnce()
  })

  it('has a status of an emoji, of words, or of both', () => {
    expect(statusIn('🎧 Deep in it')).toEqual({ emoji: '🎧', words: 'Deep in it' })
    expect(statusIn('👩‍💻')).toEqual({ emoji: '👩‍💻', words: '' })
    expect(statusIn('At lunch 🍜')).toEqual({ emoji: '', words: 'At lunch 🍜' })
    expect(statusIn('')).toEqual({ emoji: '', words: '' })
  })

  it('begins a task where there is a project to make it in', async () => {
    const begun: string[] = []
    let open = false
    const newTask = () => (open ? (title: string) => begun.push(title) : undefined)
    const able = new SlashCommands(hearth, toasts, () => undefined, undefined, newTask)
    expect(await able.run('/task Mend the door')).toBe('kept')
    open = true
    expect(await able.run('/task Mend the door\nand more')).toBe('done')
    expect(begun).toEqual(['Mend the door'])
  })
})
