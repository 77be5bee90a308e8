import type { Channel, User } from '$api'
import { describe, expect, it } from 'vitest'
import { complete, isUnfinished, lastWord, suggest } from './suggestions'

const person = (name: string, username: string) => ({ name, username }) as User
const channel = (name: string, kind: Channel['kind'] = 'public') => ({ name, kind }) as Channel
const people = [person('Zoë Berg', 'zoe'), person('Bob', 'bob')]
const channels = [channel('general'), channel('design'), channel('', 'direct')]
const labels = (text: string) => suggest(text, people, channels).map(({ label }) => label)

describe('suggestions', () => {
  it('begin with the filters', () => {
    expect(labels('')).toContain('from:')
    expect(labels('plan fr')).toEqual(['from:'])
    expect(labels('plan')).toContain('has:')
  })

  it('name people, channels and kinds', () => {
    expect(labels('from:')).toEqual(['me', 'Zoë Berg', 'Bob'])
    expect(labels('x from:@zoe')).toEqual(['Zoë Berg'])
    expect(labels('in:des')).toEqual(['#design'])
    expect(labels('in:d')).toEqual(['#design', 'direct'])
    expect(labels('has:im')).toEqual(['image'])
    expect(labels('is:')).toContain('saved')
  })

  it('take the place of the last word', () => {
    const [bob] = suggest('plan -from:bo', people, channels)
    expect(complete('plan -from:bo', bob!)).toBe('plan -from:@bob ')
    const after = suggest('plan', people, channels).find(({ label }) => label === 'in:')
    expect(complete('plan', after!)).toBe('plan in:')
  })

  it('leave alone what stands in quotes', () => {
    expect(lastWord('"from:')).toBe('')
    expect(lastWord('"a b" from:')).toBe('from:')
  })

  it('tell a filter that says nothing yet', () => {
    expect(isUnfinished('plan from:@')).toBe(true)
    expect(isUnfinished('plan from:bob')).toBe(false)
    expect(isUnfinished('plan')).toBe(false)
  })
})
