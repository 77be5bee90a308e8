import type { Locator, Page } from '@playwright/test'
import { composer, heading, phone, row, sidebar, signedIn } from '../support/screens.ts'
import { allMessages, makeChannel } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

const planned = (page: Page, text: string): Locator =>
  page.getByRole('region', { name: 'Scheduled' }).getByRole('listitem').filter({ hasText: text })

/** Writes something and opens the times for it. */
async function later(page: Page, text: string): Promise<Locator> {
  await composer(page).fill(text)
  await page.getByRole('button', { name: 'Send later' }).click()
  return page.getByRole('dialog', { name: 'Send later' })
}

test('a message is scheduled, changed and sent', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'plans', [hub.bob])
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  const other = await signedIn(browser, hub.hearth, hub.bob, '/scheduled')
  await expect(other.getByText('Nothing is scheduled.')).toBeVisible()

  const dialog = await later(bob, 'Godo morning')
  await dialog.getByRole('button', { name: /^Tomorrow morning/ }).click()
  await expect(dialog).toHaveCount(0)
  await expect(composer(bob)).toHaveValue('')
  await bob.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(bob).toHaveURL(/\/scheduled$/)
  await expect(planned(bob, 'Godo morning')).toContainText(/Goes out tomorrow, 0?9:00/)
  await expect(planned(other, 'Godo morning')).toBeVisible()

  await planned(bob, 'Godo morning').getByRole('button', { name: 'Edit' }).click()
  const edit = bob.getByRole('dialog', { name: 'Scheduled message' })
  await edit.getByLabel('Message').fill('Good morning')
  await edit.getByLabel('Time').fill('10:30')
  await edit.getByRole('button', { name: 'Save' }).click()
  await expect(planned(bob, 'Good morning')).toContainText('10:30')
  await bob.reload()
  await expect(planned(bob, 'Good morning')).toContainText('10:30')
  expect(await allMessages(hub.ann, channel)).toHaveLength(0)

  await planned(bob, 'Good morning').getByRole('button', { name: 'Send now' }).click()
  await expect(row(ann, 'Good morning')).toBeVisible()
  await expect(planned(bob, 'Good morning')).toHaveCount(0)
  await expect(planned(other, 'Good morning')).toHaveCount(0)
})

test('what is scheduled is sent when nobody is there, and can be thrown away before', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'night', [hub.bob])
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  const dialog = await later(bob, 'Never mind')
  await dialog.getByRole('button', { name: /^Another time/ }).click()
  await dialog.getByLabel('Day').fill('2020-01-01')
  await expect(dialog.getByText('Choose a moment that is to come.')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Schedule' })).toBeDisabled()
  const day = await dialog.getByLabel('Day').getAttribute('max')
  await dialog.getByLabel('Day').fill(day!)
  await dialog.getByLabel('Time').fill('00:01')
  await dialog.getByRole('button', { name: 'Schedule' }).click()
  await sidebar(bob).getByRole('link', { name: 'Scheduled' }).click()
  await expect(heading(bob)).toHaveText('Scheduled')
  await planned(bob, 'Never mind').getByRole('button', { name: 'Delete' }).click()
  await bob
    .getByRole('alertdialog')
    .or(bob.getByRole('dialog'))
    .getByRole('button', { name: 'Delete' })
    .click()
  await expect(bob.getByText('Nothing is scheduled.')).toBeVisible()
  await bob.context().close()

  await hub.bob.api.post('/scheduled', {
    channelId: channel.id,
    body: 'All asleep',
    sendAt: new Date(Date.now() + 700).toISOString(),
  })
  await expect
    .poll(async () => (await allMessages(hub.ann, channel)).map(({ body }) => body))
    .toEqual(['All asleep'])
})

test('who is no longer in the channel sees what was not sent, on a phone as well', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'closed', [hub.bob], { kind: 'private' })
  await hub.bob.api.post('/scheduled', {
    channelId: channel.id,
    body: 'Too late',
    sendAt: new Date(Date.now() + 700).toISOString(),
  })
  await hub.ann.api.delete(`/channels/${channel.id}/members/${hub.bob.id}`)
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/scheduled', phone)
  await expect(planned(bob, 'Too late')).toContainText('Not sent: you can no longer write there.')
  await planned(bob, 'Too late').getByRole('button', { name: 'Send now' }).click()
  await expect(bob.getByText('It is not there any more.')).toBeVisible()
  await expect(planned(bob, 'Too late')).toBeVisible()
})
