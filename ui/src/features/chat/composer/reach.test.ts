import type { Channel } from '$api'
import type { Hearth } from '$features/hub'
import { expect, it } from 'vitest'
import { reach } from './reach'

const ids = Array.from({ length: 30 }, (_, index) => `person-${index}`)
const hearth = {
  me: { id: 'person-0' },
  users: Object.fromEntries(ids.map((id) => [id, { id, deletedAt: id === 'person-29' ? 'x' : null }])),
  presenceOf: (id: string) => (Number(id.slice(7)) < 5 ? 'active' : 'offline'),
} as unknown as Hearth
const channel = { members: ids.map((userId) => ({ userId })) } as unknown as Channel

it('counts the others who are in the channel, or here', () => {
  expect(reach(hearth, channel, 'hello')).toBe(0)
  expect(reach(hearth, channel, 'hello @channel.')).toBe(28)
  expect(reach(hearth, channel, '@everyone and @here')).toBe(28)
  expect(reach(hearth, channel, 'lunch? @Here')).toBe(4)
})

it('counts nobody for a word that only looks like it, or in code', () => {
  for (const body of [
    'me@here.org',
    '@hereabouts',
    '`@channel`',
    '```\n@channel\n```',
    'a `` @here ` `` b',
  ]) {
    expect(reach(hearth, channel, body), body).toBe(0)
  }
})
