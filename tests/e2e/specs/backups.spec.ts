import { mkdir, readFile, rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { heading, phone, signedIn, signIn } from '../support/screens.ts'
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
    .getByRole('button', { name: /^More for the backup of/ })
    .first()
    .press('Enter')
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter')
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

test('a backup is read again, and a drill shows that it can be restored', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/backups')
  await page.getByRole('button', { name: /^More for the backup of/ }).click()
  await page.getByRole('menuitem', { name: 'Read it again' }).click()
  await expect(page.getByText('The backup is whole and right')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Backups' }).getByText(/^Verified/)).toBeVisible()
  await page.getByRole('button', { name: 'Run a drill now' }).click()
  await expect(page.getByText(/^Passed/)).toBeVisible()
  await page.goto('/admin')
  await expect(page.getByText(/Last verified backup/)).toBeVisible()
})

test('the plan is changed, and a folder that is gone is told with a way to mend it', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/backups')
  const plan = page.getByRole('region', { name: 'Automatic backups' })
  await expect(plan).toContainText('Every day at 03:30')
  await page.getByRole('button', { name: 'Change automatic backups' }).click()
  const dialog = page.getByRole('dialog', { name: 'Automatic backups' })
  await dialog.getByLabel('Time of day').fill('23:15')
  await dialog.getByLabel('Days').fill('0')
  await dialog.getByLabel('Folder on the computer').fill('backups')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('Use a whole number from 1 to 366.')).toBeVisible()
  await dialog.getByLabel('Days').fill('14')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText(/is not the whole path of a folder/)).toBeVisible()
  const stick = path(tmpdir(), `hearth-stick-${Date.now()}`)
  await dialog.getByLabel('Folder on the computer').fill(stick)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(plan).toContainText('Every day at 23:15')
  await expect(plan).toContainText('14 days')
  await expect(plan).toContainText(stick)

  // Unplugged: an empty folder stays where the stick was.
  await rename(stick, `${stick}-away`)
  await mkdir(stick)
  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect(page.getByText('The folder for backups is not there. Plug the disk in')).toBeVisible()
  await page.goto('/admin')
  await page.getByRole('link', { name: 'Choose another folder' }).click()
  await expect(dialog.getByLabel('Folder on the computer')).toBeFocused()
  await dialog.getByLabel('Folder on the computer').fill('')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect(page.getByText('The backup is ready')).toBeVisible()
})

test('a backup that was downloaded is uploaded and restored at the next start', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/backups')
  const download = page.waitForEvent('download')
  await page
    .getByRole('link', { name: /^Download the backup of/ })
    .first()
    .click()
  const file = await (await download).path()
  await page
    .getByRole('button', { name: /^More for the backup of/ })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await say(hub.bob, await channelNamed(hub.bob, 'general'), 'Said after the backup')

  await page
    .getByLabel('Upload a backup')
    .last()
    .setInputFiles({
      name: 'from-the-stick.zip',
      mimeType: 'application/zip',
      buffer: Buffer.from('not a backup'),
    })
  await expect(page.getByText('This file is not a backup of Hearth.')).toBeVisible()
  await page
    .getByLabel('Upload a backup')
    .last()
    .setInputFiles({
      name: 'from-the-stick.hearth.zip',
      mimeType: 'application/zip',
      buffer: await readFile(file),
    })
  const backups = page.getByRole('list', { name: 'Backups' })
  const uploaded = backups.getByRole('listitem').filter({ hasText: 'Uploaded' })
  await expect(uploaded).toContainText('Team “Northlight Studio”')
  await uploaded.getByRole('button', { name: /^More for/ }).click()
  await page.getByRole('menuitem', { name: 'Restore this backup…' }).click()
  const ask = page.getByRole('alertdialog')
  await expect(ask).toContainText('Everyone signs in again')
  await ask.getByRole('textbox').fill('Northlight')
  await ask.getByRole('button', { name: 'Prepare the restore' }).click()
  await expect(ask).toBeVisible()
  await ask.getByRole('textbox').fill('Northlight Studio')
  await ask.getByRole('button', { name: 'Prepare the restore' }).click()
  await expect(
    page.getByText(/When Hearth starts the next time, “Northlight Studio” is restored/),
  ).toBeVisible()

  await hub.hearth.kill()
  await hub.hearth.startAgain()
  await page.goto('/chat/general')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await signIn(page.context(), hub.hearth, hub.ann)
  await page.goto('/chat/general')
  await expect(page.getByText('To be kept')).toBeVisible()
  await expect(page.getByText('Said after the backup')).toHaveCount(0)
})
