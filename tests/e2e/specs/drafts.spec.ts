import type { Locator, Page } from '@playwright/test'
import { composer, heading, row, sidebar, signedIn } from '../support/screens.ts'
import { makeChannel } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

const begun = (page: Page, text: string): Locator =>
  page.getByRole('region', { name: 'Drafts' }).getByRole('listitem').filter({ hasText: text })

test('what is begun on one device is gone on with on another, until it is sent', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'notes', [hub.bob])
  const laptop = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  const phone = await signedIn(browser, hub.hearth, hub.bob, '/drafts')
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  await expect(phone.getByText('Nothing is begun.')).toBeVisible()

  await composer(laptop).fill('The doors open')
  await expect(begun(phone, 'The doors open')).toBeVisible()
  await expect(sidebar(phone).getByRole('link', { name: /^Drafts/ })).toContainText('1 begun')
  await expect(sidebar(phone).getByRole('link', { name: /notes/ })).toContainText('Draft')

  await begun(phone, 'The doors open').getByRole('link', { name: 'Go on writing' }).click()
  await expect(heading(phone)).toContainText('notes')
  await expect(composer(phone)).toHaveValue('The doors open')
  await composer(phone).fill('The doors open at six')
  await composer(phone).press('Enter')
  await expect(row(ann, 'The doors open at six')).toBeVisible()
  // The laptop was typed on a moment ago: what is there gives way a while later, or with the next look.
  await laptop.reload()
  await expect(row(laptop, 'The doors open at six')).toBeVisible()
  await expect(composer(laptop)).toHaveValue('')
  await expect(sidebar(laptop).getByRole('link', { name: /^Drafts/ })).toHaveCount(0)
})

test('what is written offline stays, and goes to the other device when the hub is there again', async ({
  browser,
}) => {
  const channel = await makeChannel(hub.ann, 'train', [hub.bob])
  const laptop = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  const phone = await signedIn(browser, hub.hearth, hub.bob, '/drafts')
  await expect(composer(laptop)).toBeVisible()
  await laptop.context().setOffline(true)
  await composer(laptop).fill('Written in a tunnel')
  await expect(begun(phone, 'Written in a tunnel')).toHaveCount(0)
  await laptop.context().setOffline(false)
  await expect(begun(phone, 'Written in a tunnel')).toBeVisible({ timeout: 30_000 })
  await expect(composer(laptop)).toHaveValue('Written in a tunnel')

  await begun(phone, 'Written in a tunnel').getByRole('button', { name: 'Delete' }).click()
  await expect(phone.getByText('Nothing is begun.')).toBeVisible()
  await phone.getByRole('button', { name: 'Undo' }).click()
  await expect(begun(phone, 'Written in a tunnel')).toBeVisible()
})
