import type { Page } from '@playwright/test'
import { composer, freshBrowser, heading, phone, row, send } from '../support/screens.ts'
import { PASSWORD } from '../support/team.ts'
import { expect, test, useEmptyHearth } from '../support/test.ts'

const hub = useEmptyHearth()

test('a team is started, a teammate joins by link on a phone, and they talk', async ({ browser }) => {
  const desk = await (await freshBrowser(browser, hub.hearth)).newPage()
  await desk.goto('/')
  await expect(desk.getByRole('heading', { name: 'Start your team' })).toBeVisible()
  await desk.getByLabel('Team name').fill('Northlight Studio')
  await desk.getByLabel('Your name').fill('Ann')
  await desk.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await desk.getByRole('button', { name: 'Start the team' }).click()
  await expect(composer(desk)).toBeVisible()
  await expect(heading(desk)).toContainText('general')

  const link = await inviteLink(desk)
  const pocket = await (await freshBrowser(browser, hub.hearth, { ...phone, host: 'localhost' })).newPage()
  expect(new URL(link).origin).toBe(hub.hearth.url())
  await pocket.goto(new URL(link).pathname)
  await expect(pocket.getByRole('heading', { name: 'Join Northlight Studio' })).toBeVisible()
  await pocket.getByLabel('Your name').fill('Tomás Beran')
  await expect(pocket.getByLabel('User name')).toHaveValue('tomas.beran')
  await pocket.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await pocket.getByRole('button', { name: 'Join' }).click()
  await pocket.getByRole('link', { name: /general/ }).click()
  await expect(composer(pocket)).toBeVisible()

  await send(desk, 'Welcome, Tomás!')
  await expect(row(pocket, 'Welcome, Tomás!')).toBeVisible()
  await send(pocket, 'Hello from the workshop')
  await expect(row(desk, 'Hello from the workshop')).toContainText('Tomás Beran')
})

/** The owner makes an invite and reads its link. */
async function inviteLink(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Northlight Studio' }).click()
  await page.getByRole('menuitem', { name: 'Invite people' }).click()
  await page.getByRole('button', { name: 'New invite' }).first().click()
  await page.getByRole('button', { name: 'Create invite' }).click()
  const link = await page.getByRole('dialog').getByRole('textbox', { name: 'Member' }).inputValue()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Chat' }).click()
  await expect(composer(page)).toBeVisible()
  return link
}
