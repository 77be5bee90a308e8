import type { Task } from '$api'
import { expect, it } from 'vitest'
import { Selection } from './selection.svelte'

const order = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }) as Task)
const [a, b, , d] = order as [Task, Task, Task, Task, Task]
const chosen = (selection: Selection) => [...selection.ids].sort().join('')

it('turns one, and takes all between the last and a pressed one with Shift', () => {
  const selection = new Selection()
  selection.toggle(d)
  selection.choose(b, order, true)
  expect(chosen(selection)).toBe('bcd')
  selection.choose(b, order, false)
  expect(chosen(selection)).toBe('cd')
  selection.choose(a, order, true)
  expect(chosen(selection)).toBe('abcd')
  selection.clear()
  expect(chosen(selection)).toBe('')
})

it('takes the one alone when nothing was chosen before, or it is not shown any more', () => {
  const selection = new Selection()
  selection.choose(b, order, true)
  expect(chosen(selection)).toBe('b')
  selection.toggle({ id: 'gone' } as Task)
  selection.choose(d, order, true)
  expect(chosen(selection)).toBe('bdgone')
  selection.choose(a, order, true)
  expect(chosen(selection)).toBe('abcdgone')
})
