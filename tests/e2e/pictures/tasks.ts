import type { Data } from '../support/api.ts'
import { makeProject, makeTask, type Task } from '../support/board.ts'
import type { Person } from '../support/team.ts'
import type { Studio } from './seed.ts'

const DAY = 86_400_000

/** A day so many days from now. */
const day = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10)

/** Title, status, priority, for whom, labels, days until it is due, checks, comments; the newest stands first. */
const TASKS: [string, string, string, string[], string[], number | null, [number, number], number][] = [
  ['Insurance certificate sent', 'Done', 'none', ['Ann'], [], null, [0, 0], 0],
  ['Replace the printer belt', 'Done', 'none', ['Yuki'], [], null, [0, 0], 0],
  ['Venue slot moved to Thursday', 'Done', 'none', ['Mia'], [], null, [0, 0], 1],
  ['Banner text approved', 'Done', 'none', ['Ann'], ['launch'], null, [0, 0], 0],
  ['Inventory of rental lights', 'In progress', 'medium', ['Bob', 'Mia'], [], null, [31, 58], 0],
  [
    'Install the new air filter in the paint room',
    'In progress',
    'high',
    ['Omar'],
    ['safety'],
    -6,
    [3, 4],
    0,
  ],
  ['Re-cut two short brackets', 'In progress', 'high', ['Tomas'], ['safety', 'launch'], 0, [0, 0], 0],
  ['Order 40 m cable, black', 'To do', 'medium', ['Omar'], [], 4, [0, 0], 0],
  [
    'Power plan for the booth, with the venue’s form',
    'To do',
    'medium',
    ['Ann', 'Yuki'],
    ['launch'],
    0,
    [2, 6],
    4,
  ],
  ['Book the van for Thursday, 12:00 to 18:00', 'To do', 'urgent', ['Ann', 'Bob'], [], 1, [0, 0], 0],
  ['Write down how we calibrate the plotter', 'Backlog', 'low', [], [], null, [0, 5], 0],
  ['Quarterly fire-extinguisher check', 'Backlog', 'medium', ['Ann'], ['safety'], 5, [0, 0], 0],
  ['Spare keys for the van', 'Backlog', 'low', [], [], null, [0, 0], 2],
  ['Label the breaker panel', 'Backlog', 'low', ['Omar'], ['safety'], null, [0, 0], 0],
  ['Find a second supplier for acrylic sheets', 'Backlog', 'low', [], [], null, [0, 0], 0],
]

/** Title, from which day to which, what it is estimated at, for whom, a label: what the calendar and the timeline show. */
const PLANNED: [string, number, number, number, string, string][] = [
  ['Build the booth in the yard', -4, 2, 12, 'Tomas', 'launch'],
  ['Print and fold the programme', 1, 4, 8, 'Mia', 'launch'],
  ['Move the paint store', 6, 9, 5, 'Omar', 'safety'],
  ['Winter tyres for both vans', 10, 10, 2, 'Bob', ''],
  ['Stocktaking, hall and cellar', 12, 20, 16, 'Yuki', ''],
]

/** The studio's board in the week before the launch. */
export async function seedTasks({ ann, people }: Studio): Promise<void> {
  const named = (name: string): Person | undefined =>
    people[name] ?? Object.values(people).find((one) => one.name.startsWith(name))
  const team = ['Mia', 'Bob', 'Yuki', 'Omar', 'Tomas'].flatMap((name) => named(name) ?? [])
  const project = await makeProject(ann, 'OPS', 'Operations', team)
  for (const [key, name, icon] of [
    ['BRAND', 'Brand refresh', '🎨'],
    ['LAUNCH', 'Launch week', '🚀'],
    ['WEB', 'Website', '🌐'],
  ])
    await ann.api.post('/projects', { key, name, icon })
  const status = (name: string) => project.statuses.find((one) => one.name === name)!.id
  const labels = (names: string[]) =>
    project.labels.filter((one) => names.includes(one.name)).map((one) => one.id)
  for (const [title, where, priority, who, marks, due, [done, checks], comments] of TASKS) {
    const task = await makeTask(ann, 'OPS', title, {
      status: status(where),
      priority,
      assigneeIds: who.flatMap((name) => named(name)?.id ?? []),
      labelIds: labels(marks),
      due: due === null ? null : day(due),
    })
    for (let at = 1; at <= checks; at++) {
      await ann.api.post(`/tasks/${task.id}/checklist`, { text: `Point ${at}` })
      if (at <= done) await ann.api.patch(`/tasks/${task.id}/checklist/${at}`, { done: true })
    }
    for (let at = 0; at < comments; at++)
      await team[at % team.length]!.api.post(`/tasks/${task.id}/comments`, { body: COMMENTS[at]! })
  }
  for (const [title, from, to, estimate, who, mark] of PLANNED)
    await makeTask(ann, 'OPS', title, {
      status: status('Backlog'),
      start: day(from),
      due: day(to),
      estimate,
      assigneeIds: [named(who)?.id ?? ann.id],
      labelIds: labels([mark]),
    })
  const { data } = await ann.api.get<Data<Task[]>>('/projects/OPS/tasks?q=power')
  await ann.api.put(`/tasks/${data[0]!.id}/description`, {
    description:
      'The venue wants it **by Thursday**, on their form.\n\n- 3 circuits of 16 A\n- nothing behind the curtain',
  })
}

const COMMENTS = [
  'The form is in the shared folder.',
  'Who has the floor plan?',
  'I do. Two circuits are enough.',
  'Good, @ann signs it.',
]
