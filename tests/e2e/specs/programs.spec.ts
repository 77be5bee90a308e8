import { AxeBuilder } from '@axe-core/playwright'
import { Program } from '../support/program.ts'
import { composer, phone, row, send, signedIn } from '../support/screens.ts'
import { makeChannel, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth({ env: { HEARTH_WEBHOOKS_THIS_COMPUTER: 'true' } })
let program: Program

test.beforeEach(async () => {
  program = await Program.start()
})
test.afterEach(() => program.end())

test('an admin has a program told, sees what it took, and sends again what it did not', async ({
  browser,
}) => {
  const channel = await makeChannel(hub.ann, 'releases', [hub.bob])
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/integrations')
  await page.getByRole('button', { name: 'Tell a program' }).click()
  const dialog = page.getByRole('dialog', { name: 'Tell a program' })
  await dialog.getByRole('button', { name: 'Tell it' }).click()
  await expect(dialog.getByText('Give it a name.')).toBeVisible()
  await expect(dialog.getByText('Choose a channel or a project.')).toBeVisible()
  await dialog.getByLabel('Name', { exact: true }).fill('Watcher')
  await dialog.getByLabel('Address').fill(program.url)
  await dialog.getByRole('combobox', { name: 'Channels' }).fill('releases')
  await page.getByRole('option', { name: /#releases/ }).click()
  expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual([])
  await dialog.getByRole('button', { name: 'Tell it' }).click()

  const made = page.getByRole('dialog', { name: 'Watcher is told from now on' })
  expect(await made.getByLabel('Secret').inputValue()).toMatch(/^whsec_/)
  await made.getByRole('button', { name: 'Send a test' }).click()
  await expect(made.getByText('Watcher took the test')).toBeVisible()
  await made.getByRole('button', { name: 'Done' }).click()

  program.says({ status: 410, text: 'no longer' })
  await say(hub.bob, channel, 'Version 2 is out')
  await expect.poll(() => program.came.length).toBe(2)
  const told = JSON.parse(program.came[1]!.body)
  expect([told.type, told.data.message.body, told.data.author.name]).toEqual([
    'message.created',
    'Version 2 is out',
    'Bob',
  ])
  expect(program.came[1]!.headers['webhook-signature']).toMatch(/^v1,/)
  await page.getByRole('button', { name: 'Deliveries of Watcher' }).click()
  const deliveries = page.getByRole('dialog', { name: 'Deliveries of Watcher' })
  await expect(deliveries.getByText('Answered 410')).toBeVisible()
  await deliveries.getByRole('button', { name: /^Details: Messages/ }).click()
  await expect(deliveries.getByText('no longer')).toBeVisible()
  await deliveries.getByRole('button', { name: /^Send again: Messages/ }).click()
  await expect(deliveries.getByText('Answered 410')).toHaveCount(0)
  expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual([])
  await deliveries.getByRole('button', { name: 'Done' }).click()

  // Gone for good is gone: its maker hears of it, and switches it on again.
  await expect(page.getByText('Switched off: gone for good')).toBeVisible()
  await page.getByRole('button', { name: 'More for Watcher' }).click()
  await page.getByRole('menuitem', { name: 'Switch on' }).click()
  await expect(page.getByText('Switched off: gone for good')).toHaveCount(0)
  await page.goto('/dm/watcher')
  await expect(row(page, /I am switched off/)).toBeVisible()
})

test('whoever manages a channel has a program told of it, from the menu of the channel', async ({
  browser,
}) => {
  const channel = await makeChannel(hub.bob, 'sensors', [])
  const page = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`, phone)
  await page.getByRole('button', { name: 'More about this conversation' }).click()
  await page.getByRole('menuitem', { name: 'Webhooks…' }).click()
  const webhooks = page.getByRole('dialog', { name: 'Webhooks' })
  await webhooks.getByRole('button', { name: 'Tell a program' }).click()
  const dialog = page.getByRole('dialog', { name: 'Tell a program' })
  await expect(dialog.getByText('only an admin can choose')).toBeVisible()
  await dialog.getByLabel('Name', { exact: true }).fill('Listener')
  await dialog.getByLabel('Address').fill(program.url)
  await dialog.getByRole('button', { name: 'Tell it' }).click()
  const made = page.getByRole('dialog', { name: 'Listener is told from now on' })
  await made.getByRole('button', { name: 'Send a test' }).click()
  await expect(made.getByText(/did not take the test: This address may not be asked/)).toBeVisible()
  await made.getByRole('button', { name: 'Done' }).click()
  await expect(webhooks.getByText('Listener')).toBeVisible()
  expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual([])
  expect(program.came).toEqual([])
})

test('a command is made, completes where one writes, and answers one person or all', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'lunch', [hub.bob])
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/admin/integrations')
  await ann.getByRole('button', { name: 'Make a command' }).click()
  const dialog = ann.getByRole('dialog', { name: 'New command' })
  await dialog.getByLabel('Command', { exact: true }).fill('menu')
  await dialog.getByLabel('Address').fill(program.url)
  await dialog.getByLabel('What is typed after it').fill('[day]')
  await dialog.getByLabel('What it does').fill('What there is to eat')
  await dialog.getByRole('button', { name: 'Make', exact: true }).click()
  await ann.getByRole('dialog', { name: '/menu is there' }).getByRole('button', { name: 'Done' }).click()
  await expect(ann.getByText('/menu [day]')).toBeVisible()
  expect((await new AxeBuilder({ page: ann }).analyze()).violations).toEqual([])

  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  await composer(bob).pressSequentially('/men')
  const offered = bob.getByRole('option', { name: /\/menu/ })
  await expect(offered).toContainText('What there is to eat')
  await composer(bob).press('Enter')
  await composer(bob).pressSequentially('today')
  program.says({ json: { text: 'Soup and *bread*' } })
  await composer(bob).press('Enter')
  const whispers = bob.getByRole('log', { name: 'What programs answered you' })
  await expect(whispers.getByText('Soup and bread')).toBeVisible()
  await expect(whispers.getByText('Only you see this')).toBeVisible()
  await expect(composer(bob)).toHaveValue('')
  const asked = new URLSearchParams(program.came[0]!.body)
  expect([asked.get('command'), asked.get('text'), asked.get('user_name')]).toEqual(['/menu', 'today', 'bob'])

  // Later, to all, at the address that it was given.
  await fetch(asked.get('response_url')!, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'in_channel', text: 'Lunch is served' }),
  })
  const said = row(bob, 'Lunch is served')
  await expect(said.getByText('menu')).toBeVisible()
  await expect(said.getByText('Bot', { exact: true })).toBeVisible()
  expect((await new AxeBuilder({ page: bob }).analyze()).violations).toEqual([])
  await whispers.getByRole('button', { name: 'Dismiss the answer to /menu' }).click()
  await expect(whispers).toHaveCount(0)

  program.says({ status: 500 })
  await composer(bob).fill('/menu tomorrow')
  await composer(bob).press('Enter')
  await expect(bob.getByText('The program behind /menu did not take it: it answered 500.')).toBeVisible()
  await expect(composer(bob)).toHaveValue('/menu tomorrow')
})

test('a link to a message shows it to those who may read it, until its author takes that away', async ({
  browser,
}) => {
  const den = await makeChannel(hub.ann, 'den', [], { kind: 'private' })
  const open = await makeChannel(hub.ann, 'square', [hub.bob])
  await say(hub.ann, den, 'The key is under the mat')
  await say(hub.ann, open, 'The market opens at nine')
  const page = await signedIn(browser, hub.hearth, hub.ann, `/chat/${open.name}`)
  await send(page, `see ${hub.hearth.url()}/chat/den/m/1 and /chat/square/m/1`)
  const linking = row(page, /^.*see/)
  await expect(linking.getByText('The key is under the mat')).toBeVisible()
  await expect(linking.getByText('The market opens at nine')).toBeVisible()
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${open.name}`)
  await expect(row(bob, /^.*see/).getByText('The market opens at nine')).toBeVisible()
  await expect(bob.getByText('The key is under the mat')).toHaveCount(0)
  expect((await new AxeBuilder({ page: bob }).analyze()).violations).toEqual([])
  await linking.getByRole('button', { name: 'Remove the previews' }).click()
  await expect(linking.getByText('The market opens at nine')).toHaveCount(0)
  await expect(row(bob, /^.*see/).getByText('The market opens at nine')).toHaveCount(0)
})
