import type { Page } from '@playwright/test'
import { makeProject, makeTask } from '../support/board.ts'
import { expectNothingFound } from '../support/calendar.ts'
import { signedIn } from '../support/screens.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()
const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Views' })
const link = (page: Page, name: string) => sidebar(page).getByRole('link', { name, exact: true })

test('a filter is kept under a name, on all devices and for nobody else, and leads back to what it asked', async ({
  browser,
}) => {
  await makeProject(hub.ann, 'KEEP', 'Keeping', [hub.bob])
  await makeTask(hub.ann, 'KEEP', 'For Ann', { assigneeIds: [hub.ann.id], priority: 'high' })
  await makeTask(hub.ann, 'KEEP', 'For nobody')
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/KEEP/list')
  const laptop = await signedIn(browser, hub.hearth, hub.ann, '/tasks')
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/tasks/KEEP/list')
  await expect(ann.getByRole('button', { name: 'Save filter' })).toHaveCount(0)
  await ann.goto('/tasks/KEEP/list?assignee=me&group=priority')
  await ann.getByRole('button', { name: 'Save filter' }).click()
  const dialog = ann.getByRole('dialog', { name: 'Save filter' })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('A filter needs a name')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Mine')
  await ann.keyboard.press('Enter')
  await expect(link(ann, 'Mine')).toHaveAttribute('aria-current', 'page')
  await link(laptop, 'Mine').click()
  await expect(laptop).toHaveURL(/\/tasks\/KEEP\/list\?assignee=me&group=priority$/)
  await expect(laptop.getByRole('link', { name: 'For Ann' })).toBeVisible()
  await expect(laptop.getByRole('link', { name: 'For nobody' })).toHaveCount(0)
  await expect(link(bob, 'Mine')).toHaveCount(0)
  await expectNothingFound(ann)

  await laptop.getByRole('button', { name: 'Saved filter: Mine' }).click()
  await laptop.getByRole('menuitem', { name: 'Rename filter' }).click()
  await laptop.getByRole('textbox', { name: 'Name' }).fill('My work')
  await laptop.keyboard.press('Enter')
  await expect(link(ann, 'My work')).toBeVisible()
  await ann.getByRole('button', { name: 'Saved filter: My work' }).click()
  await ann.getByRole('menuitem', { name: 'Delete filter' }).click()
  await expect(link(laptop, 'My work')).toHaveCount(0)
  await ann.getByRole('button', { name: 'Undo' }).click()
  await expect(link(laptop, 'My work')).toBeVisible()
})

test('a filter that is shared is there for everybody in the project', async ({ browser }) => {
  await makeProject(hub.ann, 'SHARE', 'Sharing', [hub.bob])
  await makeTask(hub.ann, 'SHARE', 'Loud', { priority: 'urgent' })
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/tasks/SHARE/board?priority=urgent')
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/tasks/SHARE/board')
  await ann.getByRole('button', { name: 'Save filter' }).click()
  const dialog = ann.getByRole('dialog', { name: 'Save filter' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('On fire')
  await dialog.getByRole('switch', { name: 'Share with everybody in Sharing' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(sidebar(bob).getByRole('heading', { name: 'Shared in Sharing' })).toBeVisible()
  await link(bob, 'On fire').click()
  await expect(bob).toHaveURL(/\/tasks\/SHARE\/board\?priority=urgent$/)
  await expect(bob.getByRole('button', { name: 'Saved filter: On fire' })).toBeVisible()
})
