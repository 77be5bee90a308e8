import { describe, expect, it } from 'vitest'
import type { Sections } from '$api'
import type { Hearth } from '$features/hub'
import { sideBar, walkOrder } from './sections'
import { sectionOf } from './sorting'

const user = (id: string) => ({ id, name: id, deletedAt: null })
const channel = (id: string, archivedAt: string | null = null) => ({
  id,
  kind: 'public',
  name: id,
  archivedAt,
  members: [{ userId: 'ann' }],
})
const direct = { ...channel('direct'), kind: 'direct', members: [{ userId: 'ann' }, { userId: 'bob' }] }

function hearth(sections: Sections): Hearth {
  const people = ['ann', 'bob', 'cy'].map(user)
  const channels = [channel('beta'), channel('alpha'), channel('old', 'then'), direct]
  return {
    me: people[0],
    people,
    users: Object.fromEntries(people.map((person) => [person.id, person])),
    channels: Object.fromEntries(channels.map((each) => [each.id, each])),
    memberships: Object.fromEntries(channels.map(({ id }) => [id, { lastMessageAt: null, joinedAt: '' }])),
    sections,
  } as unknown as Hearth
}

const ids = (channels: readonly { id: string }[]) => channels.map(({ id }) => id)

describe('the side bar', () => {
  it('lists by name what stands in no section', () => {
    const bar = sideBar(hearth({ favourites: [], named: [] }), {})
    expect(ids(bar.channels)).toEqual(['alpha', 'beta'])
    expect(bar.people.map((row) => row.key)).toEqual(['direct', 'cy'])
    expect([bar.favourites, bar.named]).toEqual([[], []])
  })

  it('lists a conversation in its section only, in the order of the section', () => {
    const named = [{ id: 'work', name: 'Work', channels: ['beta', 'gone', 'alpha'] }]
    const bar = sideBar(hearth({ favourites: ['direct'], named }), {})
    expect(ids(bar.favourites)).toEqual(['direct'])
    expect(bar.named.map((section) => ids(section.channels))).toEqual([['beta', 'alpha']])
    expect(bar.channels).toEqual([])
    // Who is written to in a favourite is nobody whom one has not written to yet.
    expect(bar.people.map((row) => row.key)).toEqual(['cy'])
  })

  it('shows an archived conversation only while it is open', () => {
    const sorted = hearth({ favourites: ['old'], named: [] })
    expect(ids(sideBar(sorted, {}).favourites)).toEqual([])
    expect(ids(sideBar(sorted, { channelId: 'old' }).favourites)).toEqual(['old'])
  })

  it('is walked through from top to bottom', () => {
    const named = [{ id: 'work', name: 'Work', channels: ['beta'] }]
    expect(ids(walkOrder(hearth({ favourites: ['direct'], named }), undefined))).toEqual([
      'direct',
      'beta',
      'alpha',
    ])
  })

  it('says where a conversation stands', () => {
    const named = [{ id: 'work', name: 'Work', channels: ['beta'] }]
    const sections = { favourites: ['alpha'], named }
    expect(['alpha', 'beta', 'direct'].map((id) => sectionOf(sections, id))).toEqual([
      'favourites',
      'work',
      'none',
    ])
  })
})
