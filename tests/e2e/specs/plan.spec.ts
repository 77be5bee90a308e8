import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import ICAL from 'ical.js'
import { makeProject, makeTask } from '../support/board.ts'
import { phone, sidebar, signedIn } from '../support/screens.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

const inbox = (page: Page) => sidebar(page).getByRole('link', { name: /^Inbox/ })
const progress = (page: Page) => page.getByRole('progressbar', { name: /subtasks done/ })

async function expectNothingFound(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))),
  )
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html) }))).toEqual([])
}

test('who is assigned or named finds it in the inbox until the task was looked at', async ({ browser }) => {
  await makeProject(hub.ann, 'NEWS', 'News', [hub.bob])
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/mentions')
  await expect(bob.getByText('Messages that name you and news of your tasks')).toBeVisible()
  await makeTask(hub.ann, 'NEWS', 'Paint the hall', { assigneeIds: [hub.bob.id] })
  const entry = bob.getByRole('article', { name: 'NEWS-1' })
  await expect(entry).toContainText('Ann assigned you')
  await expect(inbox(bob)).toContainText('1')
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/task/NEWS-1')
  const comment = ann.getByRole('textbox', { name: 'Write a comment' })
  await comment.pressSequentially('Which colour, @bo')
  await expect(ann.getByRole('option', { name: /Bob/ })).toBeVisible()
  await comment.press('Enter')
  await expect(comment).toHaveValue('Which colour, @bob ')
  await ann.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(bob.getByRole('article', { name: 'NEWS-1' }).first()).toContainText('Ann named you')
  await expect(bob.getByRole('article', { name: 'NEWS-1' }).first()).toContainText('Which colour')
  await expect(inbox(bob)).toContainText('2')
  await expectNothingFound(bob)
  await bob
    .getByRole('link', { name: /NEWS-1/ })
    .first()
    .click()
  await expect(bob.getByRole('heading', { name: 'Paint the hall' })).toBeVisible()
  await bob.goto('/mentions')
  await expect(bob.getByRole('article', { name: 'NEWS-1' })).toHaveCount(2)
  await expect(inbox(bob)).not.toContainText('2')
  // Muted, it tells nothing any more, on all of one's devices.
  await bob.goto('/task/NEWS-1')
  await bob.getByRole('button', { name: /What you are told of this task/ }).click()
  await bob.getByRole('menuitem', { name: /Muted/ }).click()
  await expect(bob.getByRole('button', { name: /What you are told of this task/ })).toContainText('Muted')
  await comment.fill('@bob, are you there?')
  await ann.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(bob.getByText('are you there?')).toBeVisible()
  await bob.goto('/mentions')
  await expect(bob.getByRole('article', { name: 'NEWS-1' })).toHaveCount(2)
})

test('a task has parts, shows how far they are, and is deleted with them or without', async ({ browser }) => {
  await makeProject(hub.ann, 'PART', 'Parts', [hub.bob])
  await makeTask(hub.ann, 'PART', 'Move house')
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/task/PART-1')
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/task/PART-1')
  const adding = ann.getByRole('textbox', { name: 'Add a subtask' })
  for (const title of ['Pack', 'Carry', 'Unpack']) {
    await adding.fill(title)
    await adding.press('Enter')
    await expect(adding).toHaveValue('')
  }
  await expect(bob.getByRole('link', { name: /PART-4 Unpack/ })).toBeVisible()
  const statuses = (
    await hub.ann.api.get<{ data: { statuses: { id: number; name: string }[] } }>('/projects/PART')
  ).data.statuses
  const done = statuses.find((status) => status.name === 'Done')!.id
  await hub.bob.api.patch('/tasks/PART-2', { status: done })
  await expect(progress(ann)).toHaveAttribute('aria-valuenow', '1')
  // Closing the whole offers to close the rest.
  await ann.getByRole('button', { name: /^Status: / }).click()
  await ann.getByRole('menuitem', { name: 'Done' }).click()
  await ann.getByRole('button', { name: 'Move them too' }).click()
  await expect(progress(bob)).toHaveAttribute('aria-valuenow', '3')
  await bob.getByRole('link', { name: /PART-3 Carry/ }).click()
  await expect(bob.getByText('Part of')).toBeVisible()
  await bob.getByRole('button', { name: 'Take out of PART-1' }).click()
  await expect(bob.getByRole('link', { name: /PART-1 Move house/ })).toHaveCount(0)
  await expect(progress(ann)).toHaveAttribute('aria-valuemax', '2')
  await ann.getByRole('button', { name: 'Delete', exact: true }).click()
  const dialog = ann.getByRole('alertdialog', { name: 'Delete PART-1?' })
  await dialog.getByRole('radio', { name: 'Delete the subtasks too' }).click()
  await expectNothingFound(ann)
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(ann).toHaveURL(/\/tasks\/PART\/board$/)
  await expect(ann.getByRole('link', { name: /Carry/ })).toBeVisible()
  await expect(ann.getByRole('link', { name: /Unpack/ })).toHaveCount(0)
  await ann.getByRole('button', { name: 'Undo' }).click()
  await expect(ann.getByRole('link', { name: /Unpack/ })).toBeVisible()
})

test('a task comes again by a rule that is read in words, and its next is there when it is done', async ({
  browser,
}) => {
  await makeProject(hub.ann, 'RULE', 'Rules', [hub.bob])
  // 2027-03-01 is a Monday.
  await makeTask(hub.ann, 'RULE', 'Water the plants', { due: '2027-03-01' })
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/task/RULE-1', { timezoneId: 'Europe/Vienna' })
  await ann.getByRole('button', { name: 'Repeats: No' }).click()
  const dialog = ann.getByRole('dialog', { name: 'RULE-1 repeats' })
  await dialog.getByLabel('Every').fill('2')
  await dialog.getByLabel('Every').blur()
  await expect(dialog.getByRole('button', { name: 'Monday' })).toHaveAttribute('aria-pressed', 'true')
  const preview = dialog.getByRole('status')
  for (const day of [/15 Mar|Mar 15/, /29 Mar|Mar 29/, /12 Apr|Apr 12/])
    await expect(preview).toContainText(day)
  await expectNothingFound(ann)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(ann.getByRole('button', { name: 'Repeats: every 2 weeks on Monday' })).toBeVisible()
  await ann.getByRole('button', { name: /^Status: / }).click()
  await ann.getByRole('menuitem', { name: 'Done' }).click()
  await expect(ann.getByText('RULE-2 follows')).toBeVisible()
  await expect(ann.getByRole('button', { name: 'Repeats: No' })).toBeVisible()
  await ann.goto('/task/RULE-2')
  await expect(ann.getByRole('button', { name: 'Repeats: every 2 weeks on Monday' })).toBeVisible()
  const { data } = await hub.ann.api.get<{ data: { task: { due: string } } }>('/tasks/RULE-2')
  expect(data.task.due > '2027-03-01').toBe(true)
  // The last day of each month, three times.
  await ann.getByRole('button', { name: /^Repeats: / }).click()
  const again = ann.getByRole('dialog', { name: 'RULE-2 repeats' })
  await again.getByLabel('Every').fill('1')
  await again.getByLabel('Unit').click()
  await ann.getByRole('option', { name: 'months' }).click()
  await again.getByLabel('On', { exact: true }).click()
  await ann.getByRole('option', { name: 'The last day' }).click()
  await again.getByLabel('Ends').click()
  await ann.getByRole('option', { name: 'After some times' }).click()
  await again.getByLabel('How many, with this one').fill('3')
  await again.getByLabel('How many, with this one').blur()
  await again.getByRole('button', { name: 'Save' }).click()
  await expect(
    ann.getByRole('button', { name: 'Repeats: every month on the last day, 3 times' }),
  ).toBeVisible()
})

test('a calendar reads the tasks at a secret address', async ({ browser }) => {
  await makeProject(hub.ann, 'CAL', 'Calendar', [hub.bob])
  const title =
    'Fête; de l’été, 夏祭り – and a title so long that its line has to be folded more than once, “quoted” \\ back'
  await makeTask(hub.ann, 'CAL', title, { start: '2027-06-30', due: '2027-07-02', assigneeIds: [hub.bob.id] })
  await makeTask(hub.ann, 'CAL', 'Without a day')
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CAL/board')
  await ann.getByRole('button', { name: 'Project actions' }).click()
  await ann.getByRole('menuitem', { name: 'Calendar feed' }).click()
  const dialog = ann.getByRole('dialog', { name: 'Calendar in your calendar' })
  await dialog.getByRole('button', { name: 'Get an address' }).click()
  const address = await dialog.getByLabel('Address for your calendar').inputValue()
  await expectNothingFound(ann)
  const read = async () => fetch(address)
  const answer = await read()
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  // A published parser reads what is there, and every line keeps to the format's 75 bytes.
  const text = await answer.text()
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  const calendar = new ICAL.Component(ICAL.parse(text))
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0')
  const events = calendar.getAllSubcomponents('vevent').map((each) => new ICAL.Event(each))
  expect(events).toHaveLength(1)
  const [event] = events
  expect(event!.summary).toBe(`CAL-1 ${title}`)
  expect(event!.startDate.isDate && event!.startDate.toString()).toBe('2027-06-30')
  expect(event!.endDate.toString()).toBe('2027-07-03')
  expect(event!.description).toContain('Bob')
  expect(String(event!.component.getFirstPropertyValue('url'))).toMatch(/\/task\/CAL-1$/)
  expect(event!.component.getFirstPropertyValue('dtstamp')).toBeTruthy()
  await dialog.getByRole('button', { name: 'Switch off' }).click()
  await expect(dialog.getByRole('button', { name: 'Get an address' })).toBeVisible()
  expect((await read()).status).toBe(404)
})

test('the task page is whole on a phone and in the dark', async ({ browser }) => {
  await makeProject(hub.ann, 'SMALL', 'Small', [hub.bob])
  await makeTask(hub.ann, 'SMALL', 'Whole', {
    due: '2027-03-01',
    recurrence: { rule: 'FREQ=MONTHLY;BYDAY=-1FR', again: 'schedule' },
  })
  await makeTask(hub.ann, 'SMALL', 'A part with a name that does not fit on one line of a phone', {
    parent: 1,
  })
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await signedIn(browser, hub.hearth, hub.ann, '/task/SMALL-1', { ...phone, colorScheme })
    await expect(page.getByRole('button', { name: /every month on the last Friday/ })).toBeVisible()
    await expectNothingFound(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await page.getByRole('button', { name: /^Repeats: / }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectNothingFound(page)
    await page.goto('/settings/notifications')
    await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible()
    await expectNothingFound(page)
  }
})
