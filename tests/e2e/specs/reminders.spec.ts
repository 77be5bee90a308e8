import type { Locator, Page } from '@playwright/test'
import { composer, heading, phone, row, sidebar, signedIn } from '../support/screens.ts'
import { makeChannel, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

const cards = (page: Page): Locator => page.getByRole('main').getByRole('article')
const card = (page: Page, text: string): Locator => cards(page).filter({ hasText: text })
const part = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })

/** Has somebody reminded in a moment. */
const soon = (text: string, millis = 700) => ({ text, dueAt: new Date(Date.now() + millis).toISOString() })

test('a message comes back at the moment that was chosen from its menu', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'kiln', [hub.bob])
  await say(hub.ann, channel, 'The kiln cools until tomorrow')
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  await row(bob, 'The kiln cools').hover()
  await row(bob, 'The kiln cools').getByRole('button', { name: 'More actions' }).click()
  await bob.getByRole('menuitem', { name: /^Remind me/ }).click()
  const dialog = bob.getByRole('dialog', { name: 'Remind me' })
  for (const name of [/^In 20 minutes/, /^In an hour/, /^Tomorrow morning/, /^Another time/])
    await expect(dialog.getByRole('button', { name })).toBeVisible()
  await dialog.getByRole('button', { name: /^Tomorrow morning/ }).click()
  await expect(bob.getByText(/You will be reminded tomorrow, 0?9:00/)).toBeVisible()
  await sidebar(bob).getByRole('link', { name: 'Reminders' }).click()
  await expect(heading(bob)).toHaveText('Reminders')
  const one = part(bob, 'Upcoming').getByRole('article')
  await expect(one).toContainText('The kiln cools until tomorrow')
  await expect(one).toContainText(/tomorrow, 0?9:00/)

  await one.getByRole('button', { name: 'Put off' }).click()
  const later = bob.getByRole('dialog', { name: 'Put off' })
  await later.getByRole('button', { name: /^Another time/ }).click()
  await later.getByLabel('Time').fill('10:30')
  await later.getByRole('button', { name: 'Put off' }).click()
  await expect(one).toContainText('10:30')
  await one.getByRole('button', { name: 'Edit' }).click()
  const edit = bob.getByRole('dialog', { name: 'Reminder' })
  await edit.getByLabel('Note').fill('Bring gloves')
  await edit.getByRole('button', { name: 'Save' }).click()
  await expect(one).toContainText('Bring gloves')
  await one.getByRole('link', { name: '#kiln' }).click()
  await expect(bob).toHaveURL(/\/chat\/kiln\/m\/1$/)
})

test('what is written after /remind is understood before it is sent', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'bakery', [hub.bob])
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  await composer(bob).fill('/remind call the baker')
  await expect(bob.getByText(/^Say of what and when/)).toBeVisible()
  await composer(bob).fill('/remind call the baker tomorrow 9:15')
  await expect(bob.getByText(/Reminds you tomorrow, 0?9:15.*: call the baker/)).toBeVisible()
  await composer(bob).press('Enter')
  await expect(composer(bob)).toHaveValue('')
  await bob.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(card(bob, 'call the baker')).toContainText(/tomorrow, 0?9:15/)
  await bob.goto(`/chat/${channel.name}`)
  await composer(bob).fill('/remind whenever')
  await composer(bob).press('Enter')
  await expect(bob.getByText(/^Say when/)).toBeVisible()
  await expect(composer(bob)).toHaveValue('/remind whenever')
})

test('when the moment comes it is told, counted, and done on all devices', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'stove', [hub.bob])
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  const pocket = await signedIn(browser, hub.hearth, hub.bob, '/reminders', phone)
  await bob.evaluate(() => (document.hasFocus = () => true))
  await hub.bob.api.post('/reminders', soon('Turn the stove off', 3_000))
  await expect(bob.getByText('Reminder: Turn the stove off')).toBeVisible()
  await expect(sidebar(bob).getByRole('link', { name: /Reminders.*1 due/ })).toBeVisible()
  await expect(bob).toHaveTitle(/^\(\d+\) /)
  const due = part(pocket, 'Due').getByRole('article')
  await expect(due).toContainText('Turn the stove off')
  await due.getByRole('button', { name: 'Done', exact: true }).click()
  await expect(
    part(pocket, 'Done').getByRole('article').filter({ hasText: 'Turn the stove off' }),
  ).toBeVisible()
  await expect(sidebar(bob).getByRole('link', { name: /due/ })).toHaveCount(0)
  await pocket.getByRole('button', { name: 'Undo' }).click()
  await expect(due).toContainText('Turn the stove off')
  await due.getByRole('button', { name: 'Delete' }).click()
  await expect(due).toHaveCount(0)
  await pocket.getByRole('button', { name: 'Dismiss' }).last().click()
  await expect(sidebar(bob).getByRole('link', { name: /due/ })).toHaveCount(0)
})

test('of a message that may no longer be read it says so', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'secret', [hub.bob], { kind: 'private' })
  await say(hub.ann, channel, 'The combination is 1234')
  await hub.bob.api.post('/reminders', {
    message: { channelId: channel.id, number: 1 },
    dueAt: new Date(Date.now() + 3_600_000).toISOString(),
  })
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/reminders')
  await expect(card(bob, 'The combination is 1234')).toBeVisible()
  await hub.ann.api.delete(`/channels/${channel.id}/members/${hub.bob.id}`)
  await expect(card(bob, 'You can no longer read the message that this is of.')).toBeVisible()
  await expect(bob.getByText('The combination')).toHaveCount(0)
  await bob.reload()
  await expect(card(bob, 'You can no longer read the message that this is of.')).toBeVisible()
})
