import type { Page } from '@playwright/test'
import type { Data } from '../support/api.ts'
import { makeProject, makeTask, type Task } from '../support/board.ts'
import { expectNothingFound } from '../support/calendar.ts'
import { phone, signedIn } from '../support/screens.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()
const bar = (page: Page) => page.getByRole('toolbar')
const line = (page: Page, title: string) => page.getByRole('link', { name: title, exact: true })
interface Whole extends Task {
  priority: string
  assigneeIds: string[]
  labelIds: number[]
  due: string | null
}
const all = async (key: string) =>
  (await hub.ann.api.get<Data<Whole[]>>(`/projects/${key}/tasks`)).data.sort((a, b) =>
    a.title.localeCompare(b.title),
  )
const said = async (key: string, what: (task: Whole) => unknown) => (await all(key)).map(what)

async function seeded(key: string, count: number) {
  const project = await makeProject(hub.ann, key, 'Selecting', [hub.bob])
  // The newest stands first.
  for (let n = count; n >= 1; n--) await makeTask(hub.ann, key, `Task ${n}`)
  return project
}

test('X and Shift select, the bar changes all, and each change can be taken back', async ({ browser }) => {
  await seeded('SEL', 5)
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/SEL/list')
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/tasks/SEL/list')
  await expect(line(bob, 'Task 1')).toBeVisible()
  await expect(line(ann, 'Task 1')).toBeVisible()
  await ann.keyboard.press('j')
  await ann.keyboard.press('x')
  await ann.keyboard.press('Shift+ArrowDown')
  await ann.keyboard.press('Shift+ArrowDown')
  await expect(bar(ann)).toHaveAccessibleName('3 selected')
  await bar(ann).getByRole('button', { name: 'Priority' }).click()
  await ann.getByRole('menuitem', { name: 'High' }).click()
  await expect(ann.getByText('3 tasks changed')).toBeVisible()
  expect(await said('SEL', (task) => task.priority)).toEqual(['high', 'high', 'high', 'none', 'none'])
  await ann.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => said('SEL', (task) => task.priority)).toEqual(Array(5).fill('none'))

  await bar(ann).getByRole('button', { name: 'Assignee' }).click()
  await ann.getByRole('menuitem', { name: 'Bob' }).click()
  await expect.poll(() => said('SEL', (task) => task.assigneeIds.length)).toEqual([1, 1, 1, 0, 0])
  await bar(ann).getByRole('button', { name: 'Label' }).click()
  await ann.getByRole('menuitem', { name: 'safety' }).click()
  await expect.poll(() => said('SEL', (task) => task.labelIds.length)).toEqual([1, 1, 1, 0, 0])
  // With all of them having it, the same takes it off.
  await bar(ann).getByRole('button', { name: 'Label' }).click()
  await ann.getByRole('menuitem', { name: /safety/ }).click()
  await expect.poll(() => said('SEL', (task) => task.labelIds.length)).toEqual([0, 0, 0, 0, 0])
  await bar(ann).getByRole('button', { name: 'Due' }).click()
  await ann.getByRole('dialog', { name: 'Due' }).getByLabel('Due').fill('2026-12-24')
  await ann.getByRole('dialog', { name: 'Due' }).getByRole('button', { name: 'Set' }).click()
  await expect
    .poll(() => said('SEL', (task) => task.due))
    .toEqual(['2026-12-24', '2026-12-24', '2026-12-24', null, null])
  await bar(ann).getByRole('button', { name: 'Status' }).click()
  await ann.getByRole('menuitem', { name: 'In progress' }).click()
  await expect(bob.getByRole('heading', { name: /^In progress 3$/ })).toBeVisible()

  await bar(ann).getByRole('button', { name: 'Delete' }).click()
  await expect(bob.getByRole('heading', { name: /^In progress/ })).toHaveCount(0)
  await expect(bar(ann)).toHaveCount(0)
  await ann
    .getByRole('listitem')
    .filter({ hasText: '3 tasks deleted' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await expect(bob.getByRole('heading', { name: /^In progress 3$/ })).toBeVisible()
  await ann.keyboard.press('Escape')
  await expect(bar(ann)).toHaveCount(0)
})

test('a press with Shift takes all between, also on the board, and a filter keeps what is hidden out of it', async ({
  browser,
}) => {
  await seeded('SELM', 6)
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/SELM/list')
  await ann.getByRole('checkbox', { name: 'Select SELM-5' }).click()
  await ann.getByRole('checkbox', { name: 'Select SELM-2' }).click({ modifiers: ['Shift'] })
  await expect(bar(ann)).toHaveAccessibleName('4 selected')
  await ann.getByRole('searchbox', { name: 'Search tasks' }).fill('Task 3')
  await expect(bar(ann)).toHaveAccessibleName('1 selected')
  await ann.goto('/tasks/SELM/board')
  const card = (n: number) => ann.getByRole('link', { name: new RegExp(`-\\d+ Task ${n}$`) })
  await card(2).click({ modifiers: ['Control'] })
  await card(4).click({ modifiers: ['Shift'] })
  await expect(bar(ann)).toHaveAccessibleName('3 selected')
  await ann.keyboard.press('Control+a')
  await expect(bar(ann)).toHaveAccessibleName('6 selected')
})

test('what could not be changed is told by name and reason, and tried again', async ({ browser }) => {
  await seeded('SELF', 4)
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/SELF/list')
  const tasks = await all('SELF')
  const broken = new Set([tasks[1]!.id, tasks[2]!.id])
  await ann.route('**/api/v1/tasks/*', (route) => {
    const id = route.request().url().split('/').at(-1)!
    return route.request().method() === 'PATCH' && broken.has(id) ? route.abort() : route.fallback()
  })
  await expect(line(ann, 'Task 1')).toBeVisible()
  await ann.keyboard.press('Control+a')
  await bar(ann).getByRole('button', { name: 'Priority' }).click()
  await ann.getByRole('menuitem', { name: 'Low' }).click()
  await expect(ann.getByText('2 tasks changed')).toBeVisible()
  await expect(ann.getByRole('alert')).toContainText(
    `2 of 4 could not be changed. ${tasks[1]!.key} and ${tasks[2]!.key}: There is no connection to the hub.`,
  )
  expect(await said('SELF', (task) => task.priority)).toEqual(['low', 'none', 'none', 'low'])
  broken.clear()
  await ann.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => said('SELF', (task) => task.priority)).toEqual(Array(4).fill('low'))
  await expect(ann.getByRole('alert')).toHaveCount(0)
})

test('columns are the address, and on a phone a button begins selecting', async ({ browser }) => {
  await makeProject(hub.ann, 'SELC', 'Columns', [hub.bob])
  await makeTask(hub.ann, 'SELC', 'Measured', { estimate: 13, start: '2026-11-02', due: '2026-11-04' })
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/SELC/list')
  await expect(line(ann, 'Measured')).toBeVisible()
  await expect(ann.getByText(/Estimate\s*13/)).toHaveCount(0)
  await ann.getByRole('button', { name: 'Columns' }).click()
  await ann.getByRole('menuitem', { name: 'Estimate' }).click()
  await expect(ann).toHaveURL(/columns=key,label,estimate,due,assignee/)
  await ann.reload()
  await expect(ann.getByText(/Estimate\s*13/)).toBeVisible()
  await expectNothingFound(ann)

  const handy = await signedIn(browser, hub.hearth, hub.ann, '/tasks/SELC/list', phone)
  await handy.getByRole('button', { name: 'Select', exact: true }).tap()
  await handy.getByRole('checkbox', { name: 'Select SELC-1' }).tap()
  await expect(bar(handy)).toHaveAccessibleName('1 selected')
  await expectNothingFound(handy)
  expect(await handy.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})
