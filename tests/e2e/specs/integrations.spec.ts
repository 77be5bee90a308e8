import { AxeBuilder } from '@axe-core/playwright'
import { composer, heading, phone, row, signedIn } from '../support/screens.ts'
import { makeChannel } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('a bot is made, gets a token that is shown once, speaks with a badge, and is removed', async ({
  browser,
}) => {
  const channel = await makeChannel(hub.ann, 'builds', [hub.bob])
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/integrations')
  await expect(heading(page)).toHaveText('Bots and webhooks')
  await page.getByRole('button', { name: 'Make a bot' }).click()
  await page.getByRole('button', { name: 'Make the bot' }).click()
  await expect(page.getByText('Give the bot a name.')).toBeVisible()
  await page.getByLabel('Name', { exact: true }).fill('Build server')
  await page.getByRole('button', { name: 'Make the bot' }).click()
  const bot = page.getByRole('list', { name: 'Build server' })
  await expect(bot.getByText('In no channel yet')).toBeVisible()
  await expect(bot.getByText('It has no token')).toBeVisible()

  await bot.getByRole('button', { name: 'New token for Build server' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Night build')
  await page.getByRole('checkbox', { name: /^Write/ }).check()
  await page.getByRole('button', { name: 'Create token' }).click()
  const token = await page.getByRole('textbox', { name: 'Night build' }).inputValue()
  expect(token).toMatch(/^hearth_/)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(bot.getByText('Night build')).toBeVisible()

  // Added as a person is.
  const said = (body: string) =>
    fetch(`${hub.hearth.url()}/api/v1/channels/${channel.id}/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ body }),
    })
  expect((await said('Not yet')).status).toBe(404)
  await page.goto(`/chat/${channel.name}`)
  await composer(page).fill('/invite @build.server')
  await composer(page).press('Enter')
  await expect(page.getByText('Added Build server')).toBeVisible()
  expect((await said('The night build is green')).status).toBe(201)
  const message = row(page, 'The night build is green')
  await expect(message.getByText('Build server')).toBeVisible()
  await expect(message.getByText('Bot', { exact: true })).toBeVisible()

  await page.goto('/admin/integrations')
  await expect(bot.getByText('In 1 channel')).toBeVisible()
  await bot.getByRole('button', { name: 'Revoke Night build' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(bot.getByText('It has no token')).toBeVisible()
  expect((await said('Too late')).status).toBe(401)
  await bot.getByRole('button', { name: 'Remove Build server?' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('There are no bots yet')).toBeVisible()
})

test('a webhook is made in its channel, speaks under the name it is given, and gets another address', async ({
  browser,
}) => {
  const channel = await makeChannel(hub.bob, 'alerts', [hub.ann])
  const page = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  const open = async () => {
    await page.getByRole('button', { name: 'More about this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Webhooks…' }).click()
  }
  await open()
  const dialog = page.getByRole('dialog', { name: 'Webhooks' })
  await expect(dialog.getByText('There is no webhook here yet.')).toBeVisible()
  await dialog.getByLabel('Name of a new webhook').fill('Monitoring')
  await dialog.getByRole('button', { name: 'Make' }).press('Enter')
  const address = await dialog.getByLabel('Address of Monitoring').inputValue()
  const post = (url: string, body: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(body) })
  const answer = await post(address, {
    text: 'The *disk* is full',
    username: 'Disk watch',
    icon_emoji: ':fire:',
  })
  expect([answer.status, await answer.text()]).toEqual([200, 'ok'])

  await dialog.getByRole('button', { name: 'New address for Monitoring' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'New address' }).click()
  await expect(dialog.getByLabel('Address of Monitoring')).not.toHaveValue(address)
  expect(await (await post(address, { text: 'x' })).text()).toBe('no_service')
  expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual([])
  await page.keyboard.press('Escape')
  const message = row(page, 'The disk is full')
  await expect(message.getByText('Disk watch')).toBeVisible()
  await expect(message.getByText('Bot', { exact: true })).toBeVisible()
  await expect(message.getByText('Monitoring')).toBeVisible()
  await expect(message.getByRole('strong')).toHaveText('disk')

  const ann = await signedIn(browser, hub.hearth, hub.ann, '/admin/integrations', phone)
  const list = ann.getByRole('list', { name: 'Incoming webhooks' })
  await expect(list.getByText('In #alerts')).toBeVisible()
  expect((await new AxeBuilder({ page: ann }).analyze()).violations).toEqual([])
  await list.getByRole('button', { name: 'Remove Monitoring' }).click()
  await ann.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(ann.getByText('No channel has a webhook.')).toBeVisible()
})
