import { expect, it } from 'vitest'
import { filtersOf, pathOf, viewOf, withAddress, withSet } from './views'

const query = (text: string) => new URLSearchParams(text)

it('names the same view by the same words, whatever the order and the moment', () => {
  const path = 'list?assignee=me,none&group=label&q=green%20door'
  expect(pathOf('list', query('q=green+door&group=label&assignee=me,none&open=OPS-2'))).toBe(path)
  expect(pathOf('list', query(path.split('?')[1]!))).toBe(path)
  expect(pathOf('calendar', query('month=2026-11'))).toBe('calendar')
})

it('takes along to other views what is filtered, and nothing else', () => {
  expect(filtersOf(query('assignee=me&month=2026-11&zoom=week&label=2&open=OPS-2')).toString()).toBe(
    'assignee=me&label=2',
  )
  expect(withAddress('/tasks/OPS/list', query('label=1,2'))).toBe('/tasks/OPS/list?label=1,2')
  expect(withAddress('/tasks/OPS/list', query(''))).toBe('/tasks/OPS/list')
  expect(withSet(query('a=1&b=2'), { a: null, c: '3' }).toString()).toBe('b=2&c=3')
})

it('shows the board where nothing else is known', () => {
  expect([viewOf('timeline'), viewOf('gallery'), viewOf(undefined)]).toEqual(['timeline', 'board', 'board'])
})
