import type { Data } from '../support/api.ts'
import { makeProject, makeTask, type Task } from '../support/board.ts'
import { bar, carry, day, expectNothingFound } from '../support/calendar.ts'
import { phone, signedIn } from '../support/screens.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()
const dates = async (key: string) => {
  const { data } = await hub.ann.api.get<Data<{ task: Task & { start: string | null; due: string | null } }>>(
    `/tasks/${key}`,
  )
  return { start: data.task.start, due: data.task.due }
}

test('a task is dragged to another day, the other screen follows, and it can be taken back', async ({
  browser,
}) => {
  await makeProject(hub.ann, 'CAL', 'Calendar', [hub.bob])
  await makeTask(hub.ann, 'CAL', 'Paint', { due: '2026-11-11' })
  await makeTask(hub.ann, 'CAL', 'Sand', { start: '2026-11-17', due: '2026-11-19' })
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CAL/calendar?month=2026-11')
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/tasks/CAL/calendar?month=2026-11')
  await expect(ann.getByRole('heading', { level: 2, name: 'November 2026' })).toBeVisible()
  await expect(bar(day(bob, '2026-11-11'), 'Paint')).toBeVisible()
  await carry(ann, bar(ann, 'Paint'), day(ann, '2026-11-25'))
  await expect(bar(day(ann, '2026-11-25'), 'Paint')).toBeVisible()
  await expect(bar(day(bob, '2026-11-25'), 'Paint')).toBeVisible()
  await expect(ann.getByText(/^CAL-1 is due: 25 Nov/)).toBeVisible()
  await expect(ann).toHaveURL(/calendar\?month=2026-11$/)
  expect(await dates('CAL-1')).toEqual({ start: null, due: '2026-11-25' })
  await ann.getByRole('button', { name: 'Undo' }).click()
  await expect(bar(day(bob, '2026-11-11'), 'Paint')).toBeVisible()

  // What is several days long keeps its length, and the day that was held comes to lie where it is put.
  const held = (await bar(ann, 'Sand').boundingBox())!
  const to = (await day(ann, '2026-11-25').boundingBox())!
  await ann.mouse.move(held.x + held.width / 2, held.y + 8)
  await ann.mouse.down()
  await ann.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 })
  await ann.mouse.up()
  await expect(bar(day(bob, '2026-11-24'), 'Sand')).toBeVisible()
  await expect.poll(() => dates('CAL-2')).toEqual({ start: '2026-11-24', due: '2026-11-26' })

  // Escape lets go where it was.
  await ann.mouse.move(held.x + held.width / 2, held.y + 8)
  const moved = (await bar(ann, 'Sand').boundingBox())!
  await ann.mouse.move(moved.x + 20, moved.y + 8)
  await ann.mouse.down()
  await ann.mouse.move(held.x, held.y, { steps: 6 })
  await ann.keyboard.press('Escape')
  await ann.mouse.up()
  await expect(bar(day(ann, '2026-11-24'), 'Sand')).toBeVisible()
  await bar(ann, 'Sand').click()
  await expect(ann.getByRole('complementary', { name: 'Task CAL-2' })).toBeVisible()
  await expect(ann).toHaveURL(/open=CAL-2/)
})

test('a task is moved with keys alone, over the end of the month, and to a day by its date', async ({
  browser,
}) => {
  await makeProject(hub.ann, 'CALK', 'Calendar keys', [hub.bob])
  await makeTask(hub.ann, 'CALK', 'Alpha', { due: '2026-11-18' })
  await makeTask(hub.ann, 'CALK', 'Beta', { due: '2026-11-18' })
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CALK/calendar?month=2026-11')
  await expect(bar(ann, 'Alpha')).toBeVisible()
  await ann.keyboard.press('j')
  await expect(bar(ann, 'Alpha')).toBeFocused()
  await ann.keyboard.press('ArrowDown')
  await expect(bar(ann, 'Beta')).toBeFocused()
  await ann.keyboard.press('Space')
  await expect(ann.getByRole('status').filter({ hasText: 'Beta lifted' })).toBeAttached()
  await ann.keyboard.press('ArrowRight')
  await ann.keyboard.press('ArrowDown')
  await expect(ann.getByRole('status').filter({ hasText: '26 November 2026' })).toBeAttached()
  await expect(bar(day(ann, '2026-11-26'), 'Beta')).toBeFocused()
  await ann.keyboard.press('Escape')
  await expect(bar(day(ann, '2026-11-18'), 'Beta')).toBeFocused()
  await ann.keyboard.press('Space')
  for (let week = 0; week < 4; week++) await ann.keyboard.press('ArrowDown')
  await expect(ann.getByRole('heading', { level: 2, name: 'December 2026' })).toBeVisible()
  await expect(bar(day(ann, '2026-12-16'), 'Beta')).toBeFocused()
  await ann.keyboard.press('Space')
  await expect.poll(() => dates('CALK-2')).toEqual({ start: null, due: '2026-12-16' })

  await ann.keyboard.press('d')
  const dialog = ann.getByRole('dialog', { name: 'Move CALK-2 to…' })
  await dialog.getByLabel('Due').fill('2026-12-24')
  await dialog.getByRole('button', { name: 'Move' }).click()
  await expect(bar(day(ann, '2026-12-24'), 'Beta')).toBeVisible()
  await ann.keyboard.press('Enter')
})

test('the address is the calendar: month, week, filters, back, and where the week begins', async ({
  browser,
}) => {
  await makeProject(hub.ann, 'CALU', 'Calendar address', [hub.bob])
  await makeTask(hub.ann, 'CALU', 'For Ann', { due: '2026-11-26', assigneeIds: [hub.ann.id] })
  await makeTask(hub.ann, 'CALU', 'For Bob', { due: '2026-11-26', assigneeIds: [hub.bob.id] })
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CALU/calendar?month=2026-11&assignee=me')
  await expect(bar(ann, 'For Ann')).toBeVisible()
  await expect(bar(ann, 'For Bob')).toHaveCount(0)
  await ann.getByRole('button', { name: 'On', exact: true }).click()
  await expect(ann.getByRole('heading', { level: 2, name: 'December 2026' })).toBeVisible()
  await expect(ann).toHaveURL(/month=2026-12/)
  await expect(ann).toHaveURL(/assignee=me/)
  await ann.goBack()
  await expect(ann.getByRole('heading', { level: 2, name: 'November 2026' })).toBeVisible()
  await ann.getByRole('button', { name: /^Clear the filter/ }).click()
  await expect(bar(ann, 'For Bob')).toBeVisible()
  await ann.goto('/tasks/CALU/calendar?week=2026-11-26')
  await expect(ann.getByRole('group', { name: /November 2026/ })).toHaveCount(7)
  await expect(ann.getByRole('group', { name: /November 2026/ }).first()).toHaveAccessibleName(/^Monday.* 23/)
  await ann.getByRole('radio', { name: 'Month' }).click()
  await expect(ann).toHaveURL(/month=2026-11/)
  const american = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CALU/calendar?week=2026-11-26', {
    locale: 'en-US',
  })
  await expect(american.getByRole('group', { name: /November \d+, 2026/ }).first()).toHaveAccessibleName(
    /^Sunday.* 22/,
  )
  // Other views keep the filters and nothing else.
  await ann.goto('/tasks/CALU/calendar?month=2026-11&priority=none')
  await ann.getByRole('link', { name: 'Board' }).click()
  await expect(ann).toHaveURL(/\/tasks\/CALU\/board\?priority=none$/)
})

test('a full day says how many more there are, and a day takes a new task', async ({ browser }) => {
  await makeProject(hub.ann, 'CALM', 'Calendar more', [hub.bob])
  for (let n = 1; n <= 12; n++) await makeTask(hub.ann, 'CALM', `Part ${n}`, { due: '2026-11-17' })
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CALM/calendar?month=2026-11')
  const full = day(ann, '2026-11-17')
  await full.getByRole('button', { name: /\d+ more on/ }).click()
  const list = ann.getByRole('dialog', { name: /17 November/ })
  await expect(list.getByRole('link')).toHaveCount(12)
  await carry(ann, bar(list, 'Part 12'), day(ann, '2026-11-26'))
  await expect(list).toHaveCount(0)
  await expect(bar(day(ann, '2026-11-26'), 'Part 12')).toBeVisible()

  await day(ann, '2026-11-20').hover()
  await day(ann, '2026-11-20')
    .getByRole('button', { name: /^Add a task on/ })
    .click()
  const dialog = ann.getByRole('dialog', { name: 'New task' })
  await expect(dialog.getByLabel('What was understood')).toBeVisible()
  await dialog.getByLabel('What is to do?').fill('Sweep')
  await ann.keyboard.press('Enter')
  await expect(bar(day(ann, '2026-11-20'), 'Sweep')).toBeVisible()
  expect((await dates('CALM-13')).due).toBe('2026-11-20')
})

test('what has no date stands at the side, is dragged in, and out again', async ({ browser }) => {
  await makeProject(hub.ann, 'CALS', 'Calendar side', [hub.bob])
  await makeTask(hub.ann, 'CALS', 'Someday')
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CALS/calendar?month=2026-11')
  const side = ann.getByRole('region', { name: /No date/ })
  await carry(ann, side.getByRole('link', { name: 'Someday' }), day(ann, '2026-11-20'))
  await expect(bar(day(ann, '2026-11-20'), 'Someday')).toBeVisible()
  await expect(side.getByText('Every open task has a date.')).toBeVisible()
  await carry(ann, bar(ann, 'Someday'), side)
  await expect(side.getByRole('link', { name: 'Someday' })).toBeVisible()
  await expect(ann.getByText('CALS-1 has no date any more')).toBeVisible()
  // With keys alone.
  await side.getByRole('link', { name: 'Someday' }).focus()
  await ann.keyboard.press('Space')
  const dialog = ann.getByRole('dialog', { name: 'Move CALS-1 to…' })
  await dialog.getByLabel('Due').fill('2026-11-05')
  await ann.keyboard.press('Enter')
  await expect(bar(day(ann, '2026-11-05'), 'Someday')).toBeVisible()
  await side.getByRole('button', { name: 'Hide tasks without a date' }).click()
  await expect(side).toHaveCount(0)
  await ann.reload()
  await expect(bar(ann, 'Someday')).toBeVisible()
  await expect(side).toHaveCount(0)
  await ann.getByRole('button', { name: /^No date/ }).click()
  await expect(side).toBeVisible()
})

test('my tasks have a calendar, and a new one on a day is mine', async ({ browser }) => {
  await makeProject(hub.ann, 'CALI', 'Calendar mine', [hub.bob])
  await makeTask(hub.ann, 'CALI', 'Bobs own', { due: '2026-11-18', assigneeIds: [hub.bob.id] })
  await makeTask(hub.ann, 'CALI', 'Of nobody', { due: '2026-11-18' })
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/tasks')
  await bob.getByRole('navigation', { name: 'Show as' }).getByRole('link', { name: 'Calendar' }).click()
  await bob.goto('/tasks/calendar?month=2026-11')
  await expect(bar(day(bob, '2026-11-18'), 'Bobs own')).toBeVisible()
  await expect(bar(bob, 'Of nobody')).toHaveCount(0)
  await day(bob, '2026-11-19').hover()
  await day(bob, '2026-11-19')
    .getByRole('button', { name: /^Add a task on/ })
    .click()
  const dialog = bob.getByRole('dialog', { name: 'New task' })
  await dialog.getByLabel('What is to do?').fill('Call the printer +cali')
  await bob.keyboard.press('Enter')
  await expect(bar(day(bob, '2026-11-19'), 'Call the printer')).toBeVisible()
  await carry(bob, bar(bob, 'Bobs own'), day(bob, '2026-11-24'))
  await expect(bar(day(bob, '2026-11-24'), 'Bobs own')).toBeVisible()
})

test('somebody who only looks drags nothing, and a move that is refused goes back with the reason', async ({
  browser,
}) => {
  await makeProject(hub.ann, 'CALV', 'Calendar view', [])
  await makeTask(hub.ann, 'CALV', 'Fixed', { due: '2026-11-18' })
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/tasks/CALV/calendar?month=2026-11')
  await carry(bob, bar(bob, 'Fixed'), day(bob, '2026-11-25'))
  await expect(bar(day(bob, '2026-11-18'), 'Fixed')).toBeVisible()
  await expect(bob.getByRole('button', { name: /^Add a task on/ })).toHaveCount(0)
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CALV/calendar?month=2026-11')
  await ann.route('**/api/v1/tasks/*', (route) =>
    route.request().method() === 'PATCH' ? route.abort() : route.fallback(),
  )
  await carry(ann, bar(ann, 'Fixed'), day(ann, '2026-11-25'))
  await expect(ann.getByText('There is no connection to the hub.')).toBeVisible()
  await expect(bar(day(ann, '2026-11-18'), 'Fixed')).toBeVisible()
})

test('on a phone a month of dots stands over the days with their tasks', async ({ browser }) => {
  await makeProject(hub.ann, 'CALP', 'Calendar phone', [hub.bob])
  await makeTask(hub.ann, 'CALP', 'Early', { due: '2026-11-03' })
  await makeTask(hub.ann, 'CALP', 'Late', { due: '2026-11-27' })
  await makeTask(hub.ann, 'CALP', 'Never')
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CALP/calendar?month=2026-11', phone)
  await expect(ann.getByRole('link', { name: 'Early' })).toBeVisible()
  await expect(ann.getByRole('heading', { name: /^No date/ })).toBeVisible()
  await expect(ann.getByRole('button', { name: /3 November 2026: 1 task$/ })).toBeVisible()
  await ann.getByRole('button', { name: /10 November 2026: 0 tasks$/ }).tap()
  await expect(ann.getByRole('heading', { name: /10 November/ })).toBeVisible()
  await expect(ann.getByText('Nothing is due')).toBeVisible()
  await ann.getByRole('button', { name: 'Due of CALP-2' }).tap()
  await ann.getByRole('dialog', { name: 'Due' }).getByLabel('Due').fill('2026-11-10')
  await ann.keyboard.press('Escape')
  await expect(ann.getByRole('button', { name: /10 November 2026: 1 task$/ })).toBeVisible()
  expect(await ann.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await expectNothingFound(ann)
})

test('of two thousand tasks only those are drawn that have room', async ({ browser }) => {
  await makeProject(hub.ann, 'CALB', 'Calendar big', [hub.bob])
  const at = (n: number) => {
    const date = new Date(Date.UTC(2026, 9, 1 + (n % 120)))
    return date.toISOString().slice(0, 10)
  }
  const make = (n: number) =>
    makeTask(
      hub.ann,
      'CALB',
      `Task ${n}`,
      n % 10 === 0 ? {} : { due: at(n), start: n % 3 === 0 ? at(n) : null },
    )
  for (let n = 0; n < 2000; n += 50)
    await Promise.all(Array.from({ length: 50 }, (_, each) => make(n + each)))
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/CALB/calendar?month=2026-11')
  await expect(ann.getByRole('button', { name: /more on/ }).first()).toBeVisible()
  for (const name of ['December', 'January']) {
    await ann.getByRole('button', { name: 'On', exact: true }).click()
    await expect(ann.getByRole('heading', { level: 2, name: new RegExp(name) })).toBeVisible()
  }
  // What is drawn does not grow with the tasks.
  expect(await ann.locator('[data-item]').count()).toBeLessThan(600)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in a calendar, ${colorScheme}`, async ({ browser }) => {
    const key = colorScheme === 'light' ? 'CAXL' : 'CAXD'
    const project = await makeProject(hub.ann, key, 'Calendar axe', [hub.bob])
    const labelIds = project.labels.map((label) => label.id)
    await makeTask(hub.ann, key, 'Span', {
      start: '2026-11-05',
      due: '2026-11-18',
      labelIds,
      priority: 'urgent',
    })
    for (let n = 0; n < 8; n++) await makeTask(hub.ann, key, `Many ${n}`, { due: '2026-11-10', labelIds })
    await makeTask(hub.ann, key, 'Over', { due: '2026-11-12', status: 4 })
    await makeTask(hub.ann, key, 'Someday', { priority: 'high' })
    const page = await signedIn(browser, hub.hearth, hub.ann, `/tasks/${key}/calendar?month=2026-11`, {
      colorScheme,
    })
    await expect(bar(page, 'Over')).toBeVisible()
    await expectNothingFound(page)
    await page.goto(`/tasks/${key}/calendar?week=2026-11-10`)
    await expect(bar(page, 'Over')).toBeVisible()
    await expectNothingFound(page)
  })
}
