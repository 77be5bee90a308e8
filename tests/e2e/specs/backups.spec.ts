import { readFile } from 'node:fs/promises'
import { heading, phone, signedIn } from '../support/screens.ts'
import { channelNamed, join, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('the owner makes a backup, downloads it and deletes it, by keyboard', async ({ browser }) => {
  await say(hub.bob, await channelNamed(hub.bob, 'general'), 'To be kept')
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/backups')
  await expect(page.getByText('There is no backup yet')).toBeVisible()
  await page.getByRole('button', { name: 'Make the first backup' }).press('Enter')
  const backup = page.getByRole('list', { name: 'Backups' }).getByRole('listitem')
  await expect(backup).toHaveCount(1)
  await expect(backup).toContainText(/1 message.*1 channel.*2 people/s)
  await expect(page.getByText('The last backup is from now.')).toBeVisible()

  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: /^Download the backup of/ }).press('Enter')
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^northlight-studio-.*\.hearth\.zip$/)
  expect((await readFile(await file.path())).subarray(0, 2).toString()).toBe('PK')

  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect(backup).toHaveCount(2)
  await expect(page.getByRole('link', { name: /^Download the backup of/ })).toHaveCount(2)
  await page
    .getByRole('button', { name: /^Delete the backup of/ })
    .first()
    .press('Enter')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).press('Enter')
  await expect(backup).toHaveCount(1)
  await page.reload()
  await expect(backup).toHaveCount(1)
})

test('an admin finds backups on a phone, a member does not', async ({ browser }) => {
  const cy = await join(hub.hearth, hub.ann, 'Cy', 'admin')
  const admin = await signedIn(browser, hub.hearth, cy, '/settings', phone)
  await admin.getByRole('link', { name: 'Backups' }).click()
  await expect(heading(admin)).toHaveText('Backups')
  await expect(admin.getByRole('button', { name: /back up now|make the first backup/i })).toBeInViewport()
  const member = await signedIn(browser, hub.hearth, hub.bob, '/settings', phone)
  await expect(member.getByRole('link', { name: 'Profile' })).toBeVisible()
  await expect(member.getByRole('link', { name: 'Backups' })).toHaveCount(0)
  await member.goto('/admin/backups')
  await expect(member.getByRole('heading', { name: 'Not for your role' })).toBeVisible()
})
