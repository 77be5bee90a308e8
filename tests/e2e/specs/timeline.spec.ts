import type { Page } from '@playwright/test'
import type { Data } from '../support/api.ts'
import { makeProject, makeTask, type Task } from '../support/board.ts'
import { expectNothingFound } from '../support/calendar.ts'
import { phone, signedIn } from '../support/screens.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()
const line = (page: Page, title: string) => page.getByRole('link', { name: new RegExp(`-\\d+ ${title},`) })
/** The bar beside a task's name; what it says is said by the name as well. */
const barOf = (page: Page, key: string) => page.getByTitle(new RegExp(`^${key} · `))
const dates = async (key: string) => {
  const { data } = await hub.ann.api.get<Data<{ task: Task & { start: string | null; due: string | null } }>>(
    `/tasks/${key}`,
  )
  return [data.task.start, data.task.due]
}
const plus = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
/** Any day will do that is near the one on which the test runs. */
const TODAY = new Date().toISOString().slice(0, 10)
const START = plus(TODAY, 2)
const DUE = plus(TODAY, 6)

async function drag(page: Page, from: { x: number; y: number }, by: number): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + by / 2, from.y, { steps: 4 })
  await page.mouse.move(from.x + by, from.y, { steps: 4 })
  await page.mouse.up()
}

test('a bar is dragged, and each of its ends, and the other screen follows', async ({ browser }) => {
  await makeProject(hub.ann, 'TIM', 'Timeline', [hub.bob])
  await makeTask(hub.ann, 'TIM', 'Paint', { start: START, due: DUE })
  await makeTask(hub.ann, 'TIM', 'Someday')
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/TIM/timeline?zoom=week')
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/tasks/TIM/timeline?zoom=week')
  await expect(barOf(bob, 'TIM-1')).toBeVisible()
  const day = (await barOf(ann, 'TIM-1').boundingBox())!.width / 5
  const box = async () => (await barOf(ann, 'TIM-1').boundingBox())!
  const middle = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({
    x: x + width / 2,
    y: y + height / 2,
  })

  await drag(ann, middle(await box()), 3 * day)
  await expect.poll(() => dates('TIM-1')).toEqual([plus(START, 3), plus(DUE, 3)])
  await expect.poll(async () => (await barOf(bob, 'TIM-1').boundingBox())!.x).toBeCloseTo((await box()).x, 0)
  await ann.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => dates('TIM-1')).toEqual([START, DUE])

  const end = await box()
  await drag(ann, { x: end.x + end.width - 3, y: end.y + end.height / 2 }, 2 * day)
  await expect.poll(() => dates('TIM-1')).toEqual([START, plus(DUE, 2)])
  const begin = await box()
  await drag(ann, { x: begin.x + 3, y: begin.y + begin.height / 2 }, -day)
  await expect.poll(() => dates('TIM-1')).toEqual([plus(START, -1), plus(DUE, 2)])

  // What has no dates is drawn where they are to be.
  const row = (await line(ann, 'Someday').boundingBox())!
  const at = (await box()).x + 4
  await drag(ann, { x: at, y: row.y + row.height / 2 }, 2 * day)
  await expect.poll(() => dates('TIM-2')).toEqual([plus(START, -1), plus(START, 1)])
  // A click on a bar opens the task.
  await barOf(ann, 'TIM-1').click()
  await expect(ann.getByRole('complementary', { name: 'Task TIM-1' })).toBeVisible()
})

test('a bar is moved with keys alone', async ({ browser }) => {
  await makeProject(hub.ann, 'TIMK', 'Timeline keys', [hub.bob])
  await makeTask(hub.ann, 'TIMK', 'Second', { due: plus(TODAY, 9) })
  await makeTask(hub.ann, 'TIMK', 'First', { start: START, due: DUE })
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/TIMK/timeline')
  await expect(line(ann, 'First')).toBeVisible()
  await ann.keyboard.press('j')
  await expect(line(ann, 'First')).toBeFocused()
  await ann.keyboard.press('Space')
  await ann.keyboard.press('ArrowRight')
  await ann.keyboard.press('Shift+ArrowRight')
  await ann.keyboard.press('Shift+ArrowRight')
  await ann.keyboard.press('Alt+ArrowLeft')
  await ann.keyboard.press('Space')
  await expect.poll(() => dates('TIMK-2')).toEqual([START, plus(DUE, 3)])
  await expect(line(ann, 'First')).toBeFocused()
  await ann.keyboard.press('Space')
  await ann.keyboard.press('ArrowDown')
  await ann.keyboard.press('Escape')
  await ann.keyboard.press('ArrowDown')
  await expect(line(ann, 'Second')).toBeFocused()
  expect(await dates('TIMK-2')).toEqual([START, plus(DUE, 3)])
  await ann.keyboard.press('Enter')
  await expect(ann.getByRole('complementary', { name: 'Task TIMK-1' })).toBeVisible()
})

test('groups and zoom are the address, and two thousand rows stay few in the page', async ({ browser }) => {
  await makeProject(hub.ann, 'TIMB', 'Timeline big', [hub.bob])
  const make = (n: number) =>
    makeTask(hub.ann, 'TIMB', `Task ${n}`, {
      start: plus(TODAY, n % 90),
      due: plus(TODAY, (n % 90) + (n % 7)),
      assigneeIds: n % 2 ? [hub.ann.id] : [hub.bob.id],
    })
  for (let n = 0; n < 2000; n += 50)
    await Promise.all(Array.from({ length: 50 }, (_, each) => make(n + each)))
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/TIMB/timeline')
  await expect(ann.getByRole('heading', { level: 2, name: /^To do 2000$/ })).toBeVisible()
  expect(await ann.locator('[data-task]').count()).toBeLessThan(120)
  await ann.getByRole('button', { name: /^Group/ }).click()
  await ann.getByRole('menuitemradio', { name: 'Assignee' }).click()
  await expect(ann).toHaveURL(/group=assignee/)
  await expect(ann.getByRole('heading', { level: 2, name: /^Ann 1000$/ })).toBeVisible()
  await ann.getByRole('radio', { name: 'Quarter' }).click()
  await expect(ann).toHaveURL(/zoom=quarter/)
  await ann.reload()
  await expect(ann.getByRole('radio', { name: 'Quarter' })).toBeChecked()
  await expect(ann.getByRole('heading', { level: 2, name: /^Ann 1000$/ })).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in a timeline, also on a phone, ${colorScheme}`, async ({ browser }) => {
    const key = colorScheme === 'light' ? 'TAXL' : 'TAXD'
    const project = await makeProject(hub.ann, key, 'Timeline axe', [hub.bob])
    const labelIds = project.labels.map((label) => label.id)
    await makeTask(hub.ann, key, 'Labelled', { start: START, due: plus(TODAY, 20), labelIds })
    await makeTask(hub.ann, key, 'Late', { start: plus(TODAY, -20), due: plus(TODAY, -3) })
    await makeTask(hub.ann, key, 'Over', { due: plus(TODAY, 3), status: 4 })
    await makeTask(hub.ann, key, 'Someday')
    for (const size of [{}, phone]) {
      const page = await signedIn(browser, hub.hearth, hub.ann, `/tasks/${key}/timeline`, {
        colorScheme,
        ...size,
      })
      await expect(line(page, 'Labelled')).toBeVisible()
      await expectNothingFound(page)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width).toBeLessThanOrEqual(page.viewportSize()!.width)
    }
  })
}
