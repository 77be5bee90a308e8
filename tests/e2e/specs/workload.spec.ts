import type { Page } from '@playwright/test'
import { makeProject, makeTask } from '../support/board.ts'
import { expectNothingFound } from '../support/calendar.ts'
import { phone, signedIn } from '../support/screens.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()
const row = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })

test('open tasks and estimates stand by person and week, and follow what others do', async ({ browser }) => {
  await makeProject(hub.ann, 'LOAD', 'Load', [hub.bob])
  const task = (title: string, more: object) => makeTask(hub.ann, 'LOAD', title, more)
  // Weeks that lie far ahead are the same on every day that the test runs.
  await task('First', { due: '2031-06-03', estimate: 5, assigneeIds: [hub.ann.id] })
  await task('Second', { due: '2031-06-08', estimate: 3, assigneeIds: [hub.ann.id, hub.bob.id] })
  await task('Third', { due: '2031-06-11', assigneeIds: [hub.bob.id] })
  await task('Done', { due: '2031-06-04', estimate: 99, assigneeIds: [hub.bob.id], status: 4 })
  await task('Free', { estimate: 1 })
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/LOAD/workload?week=2031-06-05')
  await expect(ann.getByRole('columnheader', { name: /2.*8 Jun/ })).toBeVisible()
  await expect(row(ann, 'Ann')).toContainText('2 tasks est. 8')
  await expect(row(ann, 'Bob').getByRole('button')).toHaveText([/1 task\s+est\. 3/, /^1 task\s*$/])
  await expect(row(ann, 'Nobody')).toContainText('1 task est. 1')
  await row(ann, 'Bob').getByRole('button').first().click()
  await ann
    .getByRole('dialog')
    .getByRole('link', { name: /Second/ })
    .click()
  await expect(ann.getByRole('complementary', { name: 'Task LOAD-2' })).toBeVisible()
  await hub.bob.api.patch('/tasks/LOAD-2', { removeAssigneeIds: [hub.bob.id] })
  await expect(row(ann, 'Bob').getByRole('button')).toHaveText([/^1 task\s*$/])
  await ann.getByRole('button', { name: 'On', exact: true }).click()
  await expect(ann).toHaveURL(/week=2031-06-09/)
  await expect(ann.getByRole('columnheader', { name: 'Earlier' })).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the workload, also on a phone, ${colorScheme}`, async ({ browser }) => {
    const key = colorScheme === 'light' ? 'WAXL' : 'WAXD'
    await makeProject(hub.ann, key, 'Load', [hub.bob])
    await makeTask(hub.ann, key, 'Late', { due: '2020-01-01', estimate: 8, assigneeIds: [hub.bob.id] })
    await makeTask(hub.ann, key, 'Ahead', { due: '2031-06-03', estimate: 2 })
    for (const size of [{}, phone]) {
      const page = await signedIn(browser, hub.hearth, hub.ann, `/tasks/${key}/workload`, {
        colorScheme,
        ...size,
      })
      await expect(row(page, 'Bob')).toContainText('est. 8')
      await expectNothingFound(page)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width).toBeLessThanOrEqual(page.viewportSize()!.width)
    }
  })
}
