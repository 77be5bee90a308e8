import { expect, it } from 'vitest'
import { columnsOf, columnsQuery, tracks, turned } from './columns'

const of = (query: string) => columnsOf(new URLSearchParams(query))

it('shows the usual ones unless the address names others', () => {
  expect([...of('')]).toEqual(['key', 'label', 'due', 'assignee'])
  expect([...of('columns=due,colour,key')]).toEqual(['key', 'due'])
  expect([...of('columns=')]).toEqual([])
})

it('says nothing of the usual ones in the address, and what differs in one order', () => {
  expect(columnsQuery(of(''))).toBeNull()
  expect(columnsQuery(of('columns=assignee,due,label,key'))).toBeNull()
  expect(columnsQuery(turned(of(''), 'estimate'))).toBe('key,label,estimate,due,assignee')
  expect(columnsQuery(turned(of('columns=due'), 'due'))).toBe('')
})

it('gives each a track', () => {
  expect(tracks(of('columns='), false)).toBe('26px 26px minmax(0, 1fr)')
  expect(tracks(of('columns=key,due'), true)).toBe('24px 26px 26px 74px minmax(0, 1fr) 104px')
})
