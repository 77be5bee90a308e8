import type { Label, Project, User } from '$api'
import { expect, test } from 'vitest'
import { parseLine, type Known } from './parse'

const label = (id: number, name: string): Label => ({ id, name, hue: 0 })
const project = (key: string, name: string, labels: Label[] = []): Project =>
  ({ id: key, key, name, labels, statuses: [], members: [] }) as unknown as Project
const bob = { id: 'bob', username: 'bob', name: 'Bob' } as User

const ops = project('OPS', 'Operations', [label(1, 'safety'), label(2, 'launch')])
const web = project('WEB', 'Web site', [label(1, 'copy')])
// A Thursday.
const known: Known = {
  today: '2026-11-26',
  projects: [ops, web],
  project: web,
  user: (name) => (name === 'bob' ? bob : undefined),
}
const parse = (line: string) => {
  const { title, project, assignees, labels, priority, due } = parseLine(line, known)
  return {
    title,
    project: project?.key,
    people: assignees.map((user) => user.id).join(),
    labels: labels.map((one) => one.name).join(),
    priority,
    due,
  }
}

test('the line of the book is read whole', () => {
  expect(parse('Fix the door +ops @bob !high friday #safety')).toEqual({
    title: 'Fix the door',
    project: 'OPS',
    people: 'bob',
    labels: 'safety',
    priority: 'high',
    due: '2026-11-27',
  })
})

test('what names nothing belongs to the title', () => {
  expect(parse('Mail @nobody about #nothing +none !now C++ 100%')).toMatchObject({
    title: 'Mail @nobody about #nothing +none !now C++ 100%',
    project: 'WEB',
    people: '',
    labels: '',
    priority: undefined,
    due: undefined,
  })
})

test('labels are those of the project that is named', () => {
  expect(parse('Text #copy')).toMatchObject({ title: 'Text', labels: 'copy' })
  expect(parse('Text #copy +ops')).toMatchObject({ title: 'Text #copy', labels: '' })
})

test.each([
  ['Call today', 'Call', '2026-11-26'],
  ['Call tomorrow', 'Call', '2026-11-27'],
  ['Call thursday', 'Call', '2026-12-03'],
  ['Call by monday', 'Call', '2026-11-30'],
  ['Call next week', 'Call', '2026-11-30'],
  ['Call next friday', 'Call', '2026-12-04'],
  ['Call in 3 days', 'Call', '2026-11-29'],
  ['Call in 2 weeks', 'Call', '2026-12-10'],
  ['Call 28 nov', 'Call', '2026-11-28'],
  ['Call nov 28', 'Call', '2026-11-28'],
  ['Call 3 january', 'Call', '2027-01-03'],
  ['Call 2026-12-24', 'Call', '2026-12-24'],
  ['Tomorrow call mother', 'call mother', '2026-11-27'],
  ['Order 40 m cable', 'Order 40 m cable', undefined],
  ['The sun in 3 pictures', 'The sun in 3 pictures', undefined],
  ['30 feb party', '30 feb party', undefined],
  ['Tomorrow', 'Tomorrow', undefined],
  ['Marchers in the street', 'Marchers in the street', undefined],
])('%s', (line, title, due) => {
  expect(parse(line)).toMatchObject({ title, due })
})
