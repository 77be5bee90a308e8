import type { Page } from '@playwright/test'
import { composer, freshBrowser, heading, signedIn } from '../support/screens.ts'
import { PASSWORD } from '../support/team.ts'
import { expect, test, useEmptyHearth, useHearth } from '../support/test.ts'

async function startTeam(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByLabel('Team name').fill('Northlight Studio')
  await page.getByLabel('Your name').fill('Ann')
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Start the team' }).click()
  await expect(page.getByRole('heading', { name: 'Let teammates in?' })).toBeVisible()
}

/** A code that a camera could read: the image is there and has a size. */
async function expectCode(page: Page): Promise<void> {
  const code = page.getByRole('img', { name: /^QR code for http:\/\/127\.0\.0\.1:\d+\/join\// })
  await expect(code).toBeVisible()
  await expect.poll(() => code.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100)
}

test.describe('who starts a team', () => {
  const hub = useEmptyHearth({ atHome: true })

  test('is asked whether to let teammates in, and gets a code and a link for them', async ({ browser }) => {
    const desk = await (await freshBrowser(browser, hub.hearth)).newPage()
    await startTeam(desk)
    await expect(desk.getByText('What happens next')).toBeVisible()
    await desk.getByRole('button', { name: 'Let teammates in' }).click()
    await expect(desk.getByRole('heading', { name: 'Your team is open' })).toBeVisible()
    await expectCode(desk)
    await expect(desk.getByText(`Listening on port ${hub.hearth.port}`).locator('visible=true')).toBeVisible()
    const link = await desk.getByRole('textbox', { name: 'Invite link' }).inputValue()
    expect(new URL(link).origin).toBe(hub.hearth.url())

    const pocket = await (await freshBrowser(browser, hub.hearth, { host: 'localhost' })).newPage()
    await pocket.goto(new URL(link).pathname)
    await expect(pocket.getByRole('heading', { name: 'Join Northlight Studio' })).toBeVisible()

    await desk.getByRole('link', { name: 'Open the chat' }).click()
    await expect(composer(desk)).toBeVisible()
    // Coming back makes no second link.
    await desk.goto('/let-in')
    await expect(desk.getByRole('textbox', { name: 'Invite link' })).toHaveValue(link)
  })
})

test.describe('who does not want to yet', () => {
  const hub = useEmptyHearth({ atHome: true })

  test('gets on to the chat, lets teammates in later with the keyboard, and stops it again', async ({
    browser,
  }) => {
    const page = await (await freshBrowser(browser, hub.hearth)).newPage()
    await startTeam(page)
    await page.getByRole('link', { name: 'Not now' }).click()
    await expect(composer(page)).toBeVisible()

    await page.goto('/admin/team')
    await page.getByRole('link', { name: 'Let teammates in' }).click()
    await expect(heading(page)).toHaveText('Let teammates in')
    await expect(page.getByRole('heading', { name: 'Only this computer reaches your team' })).toBeVisible()
    await page.getByRole('button', { name: 'Let teammates in' }).focus()
    await page.keyboard.press('Enter')
    await expect(page.getByText(`Listening on port ${hub.hearth.port}`)).toBeVisible()
    await page.getByRole('button', { name: 'New invite link' }).click()
    await expectCode(page)

    await page.getByRole('button', { name: 'Stop letting teammates in' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stop' }).click()
    await expect(page.getByRole('heading', { name: 'Only this computer reaches your team' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Let teammates in' })).toBeVisible()
  })
})

test.describe('in a team', () => {
  const hub = useHearth({ env: { HEARTH_TRUSTED_PROXIES: '127.0.0.0/8' } })

  test('the line of the phone turns green by itself when one comes', async ({ browser }) => {
    const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/network')
    await expect(page.getByText('No other device yet')).toBeVisible()
    const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)'
    await fetch(`${hub.hearth.url()}/api/v1/health`, {
      headers: { 'x-forwarded-for': '192.168.1.31', 'user-agent': agent },
    })
    await expect(page.getByText('An iPhone reached your team').first()).toBeVisible()
    await expect(page.getByText('From 192.168.1.31,')).toBeVisible()
  })

  test('members have no such page', async ({ browser }) => {
    const page = await signedIn(browser, hub.hearth, hub.bob, '/settings')
    await expect(page.getByRole('link', { name: 'Profile' }).first()).toBeVisible()
    await expect(page.getByRole('link', { name: 'Let teammates in' })).toHaveCount(0)
    await page.goto('/admin/network')
    await expect(page.getByText('Not for your role')).toBeVisible()
    await page.goto('/let-in')
    await expect(page).toHaveURL(/\/chat/)
  })
})
