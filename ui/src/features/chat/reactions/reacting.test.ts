import type { Message, MessageReactions, Reaction } from '$api'
import { describe, expect, it, vi } from 'vitest'
import { chipsOf } from './chips'
import { Reacting } from './reacting.svelte'

const message = (reactions: Reaction[] = []) =>
  ({ channelId: 'general', number: 1, reactions, reactionsVersion: 1 }) as unknown as Message

describe('chips', () => {
  it('puts the skin tones of one emoji together and counts everybody once', () => {
    const shown = chipsOf(
      message([
        { emoji: '👍🏽', userIds: ['bob', 'ann'] },
        { emoji: '🎉', userIds: ['bob'] },
        { emoji: '👍', userIds: ['cal', 'bob'] },
      ]),
      'ann',
    )
    expect(shown).toEqual([
      { kind: '👍', emoji: '👍🏽', userIds: ['bob', 'ann', 'cal'], mine: ['👍🏽'] },
      { kind: '🎉', emoji: '🎉', userIds: ['bob'], mine: [] },
    ])
  })

  it('shows what I wish for before it is so', () => {
    const before = message([{ emoji: '👍', userIds: ['ann'] }])
    const wishes = new Map([
      ['👍', false],
      ['🎉', true],
    ])
    expect(chipsOf(before, 'ann', wishes).map((chip) => chip.emoji)).toEqual(['🎉'])
    expect(chipsOf(before, 'ann', new Map([['👍', true]]))).toEqual(chipsOf(before, 'ann'))
  })
})

describe('reacting', () => {
  function setUp() {
    const answers: ((answer: MessageReactions | Error) => void)[] = []
    const told = vi.fn()
    const failed = vi.fn()
    const tell = vi.fn(
      (_message: Message, _emoji: string, _there: boolean) =>
        new Promise<MessageReactions>((resolve, reject) => {
          answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)))
        }),
    )
    const reacting = new Reacting({ me: () => 'ann', tell, told, failed })
    const emoji = (of: Message) => reacting.chips(of).map((chip) => chip.emoji)
    return { reacting, answers, told, failed, tell, emoji }
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve))
  const answer = (reactions: Reaction[]) => ({
    channelId: 'general',
    number: 1,
    reactions,
    reactionsVersion: 2,
  })

  it('shows at once and tells the server', async () => {
    const { reacting, answers, told, emoji, tell } = setUp()
    reacting.add(message(), '👍')
    expect(emoji(message())).toEqual(['👍'])
    answers[0]!(answer([{ emoji: '👍', userIds: ['ann'] }]))
    await settled()
    expect(told).toHaveBeenCalledOnce()
    expect(tell).toHaveBeenCalledOnce()
    expect(emoji(message())).toEqual([])
  })

  it('takes it off again when the server refuses', async () => {
    const { reacting, answers, failed, emoji } = setUp()
    reacting.add(message(), '👍')
    answers[0]!(new Error('archived'))
    await settled()
    expect(failed).toHaveBeenCalledOnce()
    expect(emoji(message())).toEqual([])
  })

  it('tells the last wish after the first was answered', async () => {
    const { reacting, answers, tell, emoji } = setUp()
    reacting.add(message(), '👍')
    reacting.toggle(message(), reacting.chips(message())[0]!)
    expect(emoji(message())).toEqual([])
    expect(tell).toHaveBeenCalledTimes(1)
    answers[0]!(answer([{ emoji: '👍', userIds: ['ann'] }]))
    await settled()
    expect(tell).toHaveBeenLastCalledWith(expect.anything(), '👍', false)
    answers[1]!(answer([]))
    await settled()
    expect(tell).toHaveBeenCalledTimes(2)
  })
})
