import { AxeBuilder } from '@axe-core/playwright'
import { composer, freshBrowser, heading, phone, row, send, signedIn } from '../support/screens.ts'
import { PASSWORD } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('a device is shown the authority, and chat works encrypted beside plain', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/encryption')
  await page.getByRole('radio', { name: /own authority/ }).click()
  await expect(page.getByText(/Encrypted connections are answered at https:/)).toBeVisible()
  await expect(page.getByText('Authority', { exact: true })).toBeVisible()
  const print = await page
    .getByText(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/)
    .first()
    .textContent()

  const phoneOfBob = await freshBrowser(browser, hub.hearth, phone)
  const trust = await phoneOfBob.newPage()
  await trust.goto('/trust')
  await expect(heading(trust)).toHaveText('Trust Northlight Studio')
  await expect(trust.getByText(print ?? '-')).toBeVisible()
  await trust.getByRole('tab', { name: 'Windows' }).click()
  await expect(trust.getByText(/Trusted Root Certification/)).toBeVisible()
  const downloading = trust.waitForEvent('download')
  await trust.getByRole('link', { name: 'Download the certificate' }).click()
  expect((await downloading).suggestedFilename()).toBe('hearth.crt')

  const trusting = await browser.newContext({
    ignoreHTTPSErrors: true,
    baseURL: hub.hearth.url().replace('http:', 'https:'),
  })
  const bob = await trusting.newPage()
  await bob.goto('/sign-in')
  await bob.getByLabel('User name or e-mail').fill('bob')
  await bob.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await bob.getByRole('button', { name: 'Sign in' }).click()
  await expect(composer(bob)).toBeVisible()
  await send(bob, 'Nobody reads along')
  await page.goto('/chat/general')
  await expect(row(page, 'Nobody reads along')).toBeVisible()
  await send(page, 'Said plainly')
  await expect(row(bob, 'Said plainly')).toBeVisible()
  const [cookie] = (await trusting.cookies()).filter(({ name }) => name.startsWith('__Host-hearth_'))
  expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' })
  await trusting.close()
})

test('a certificate that is none is refused with a reason, and a new authority is asked about', async ({
  browser,
}) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/encryption')
  await page.getByRole('radio', { name: /of your own/ }).click()
  await page.getByLabel(/^Certificate, and/).fill('-----BEGIN NOTHING-----')
  await page.getByLabel('Private key').fill('-----BEGIN NOTHING-----')
  await page.getByRole('button', { name: 'Use this certificate' }).click()
  await expect(page.getByText(/PEM form/).last()).toBeVisible()
  await page.getByRole('radio', { name: /own authority/ }).click()
  await page.getByRole('button', { name: 'Make a new authority' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Make a new authority' }).click()
  await expect(page.getByText('There is a new authority.')).toBeVisible()
  for (const path of ['/admin/encryption', '/trust']) {
    await page.goto(path)
    await expect(heading(page)).toBeVisible()
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  }
})
