import { readFile } from 'node:fs/promises'
import { signedIn } from '../support/screens.ts'
import { slackExport } from '../support/slack.ts'
import { join } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('the owner counts a Slack export, imports it and keeps the list of what stayed behind', async ({
  browser,
}) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/import')
  await expect(page.getByText('In Slack, an owner finds the export')).toBeVisible()
  const file = { name: 'acme.zip', mimeType: 'application/zip', buffer: slackExport() }
  await page.getByLabel('Choose a Slack export').last().setInputFiles(file)
  const card = page.getByRole('article', { name: 'acme.zip' })
  await expect(card).toContainText('Ready')
  await expect(card.getByRole('row', { name: /^New people/ })).toContainText('1')
  await expect(card.getByRole('row', { name: /^Messages/ })).toContainText('2')
  await expect(card.getByRole('row', { name: /^Emoji that were/ })).toContainText('1')
  const download = page.waitForEvent('download')
  await card.getByRole('link', { name: 'Download what could not be brought from acme.zip' }).click()
  expect(await readFile(await (await download).path(), 'utf8')).toContain(
    'custom_emoji,#from-slack,party_parrot,1,',
  )

  await card.getByRole('button', { name: 'Import', exact: true }).press('Enter')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Import' }).press('Enter')
  await expect(card).toContainText('Imported')
  await expect(card.getByRole('heading', { name: 'What was made' })).toBeVisible()

  const bob = await signedIn(browser, hub.hearth, hub.bob, '/chat/from-slack')
  await expect(bob.getByText('Hello from 2020')).toBeVisible()
  await expect(bob.getByRole('link', { name: /from-slack/ }).first()).not.toContainText(/\d/)

  await card.getByRole('button', { name: 'More for acme.zip' }).click()
  await page.getByRole('menuitem', { name: 'Delete the archive' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete the archive' }).click()
  await expect(card).toHaveCount(0)
  await page
    .getByLabel('Choose a Slack export')
    .last()
    .setInputFiles({ ...file, buffer: Buffer.from('a letter') })
  await expect(page.getByText('This file is not an export of Slack.')).toBeVisible()
})

test('an owner exports the team, an admin cannot', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/export')
  await expect(page.getByText('Private channels and direct conversations are in it')).toBeVisible()
  await page.getByRole('button', { name: 'Export everything' }).press('Enter')
  const row = page.getByRole('list', { name: 'Exports' }).getByRole('listitem')
  const link = page.getByRole('link', { name: /^Download the export of/ })
  await expect(link).toHaveCount(1)
  const download = page.waitForEvent('download')
  await link.click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^northlight-studio-.*\.export\.zip$/)
  expect((await readFile(await file.path())).subarray(0, 2).toString()).toBe('PK')
  await page.getByRole('button', { name: /^Delete the export of/ }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(row).toHaveCount(0)

  const cy = await join(hub.hearth, hub.ann, 'Cy', 'admin')
  const admin = await signedIn(browser, hub.hearth, cy, '/admin/export')
  await expect(admin.getByText('Only owners can export the team.')).toBeVisible()
})
