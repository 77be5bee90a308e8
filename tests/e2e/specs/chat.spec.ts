import {
  composer,
  conversation,
  heading,
  history,
  row,
  rows,
  send,
  sidebar,
  signedIn,
} from '../support/screens.ts'
import { allMessages, channelNamed, makeChannel, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('two people on two addresses see what the other says, in the same order', async ({ browser }) => {
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/chat/general')
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/chat/general', { host: 'localhost' })
  for (const turn of [1, 2, 3]) {
    await send(ann, `Ann says ${turn}`)
    await expect(row(bob, `Ann says ${turn}`)).toBeVisible()
    await send(bob, `Bob says ${turn}`)
    await expect(row(ann, `Bob says ${turn}`)).toBeVisible()
  }
  const said = (await allMessages(hub.ann, await channelNamed(hub.ann, 'general'))).map(({ body }) => body)
  for (const page of [ann, bob]) {
    for (const text of said) await expect(row(page, text)).toHaveCount(1)
  }
})

test('an edit and a deletion reach the other screen', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'corrections', [hub.bob])
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  await send(ann, 'The venue is on Tusday')
  await expect(row(bob, 'Tusday')).toBeVisible()

  await composer(ann).press('ArrowUp')
  const editing = ann.getByRole('textbox', { name: /edit/i })
  await editing.fill('The venue is on Thursday')
  await editing.press('Enter')
  await expect(row(bob, 'Thursday')).toContainText(/edited/i)
  await expect(row(bob, 'Tusday')).toHaveCount(0)

  await row(ann, 'Thursday').hover()
  await row(ann, 'Thursday').getByRole('button', { name: /more/i }).click()
  await ann.getByRole('menuitem', { name: /delete/i }).click()
  // It can be undone for eight seconds.
  await expect(row(bob, 'Thursday')).toHaveCount(0, { timeout: 20_000 })
})

test('Markdown is shown, scripts in it do nothing', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'markdown', [hub.bob])
  await say(hub.ann, channel, 'A **strong** word, `code` and [a link](https://example.org)')
  await say(hub.ann, channel, '```rust\nfn main() {}\n```')
  await say(hub.ann, channel, '<img src=x onerror="window.attacked=1"> [x](javascript:window.attacked=1)')
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  await expect(row(bob, 'A strong word').locator('strong')).toHaveText('strong')
  await expect(row(bob, 'A strong word').getByRole('link', { name: 'a link' })).toHaveAttribute(
    'href',
    'https://example.org',
  )
  await expect(row(bob, 'fn main()').locator('pre')).toBeVisible()
  for (const link of await rows(bob).getByRole('link', { name: 'x', exact: true }).all()) {
    expect(await link.getAttribute('href')).not.toContain('javascript:')
  }
  expect(await bob.evaluate(() => 'attacked' in window)).toBe(false)
})

test('unread counts are shown, and reading clears them in both tabs', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'counting', [hub.bob])
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  const otherTab = await bob.context().newPage()
  await otherTab.goto('/chat/general')
  await expect(conversation(otherTab, 'counting')).toBeVisible()
  for (const number of [1, 2, 3]) await say(hub.ann, channel, `Number ${number}`)
  await expect(conversation(bob, 'counting')).toContainText('3')
  await expect(conversation(otherTab, 'counting')).toContainText('3')

  await bob.bringToFront()
  await conversation(bob, 'counting').click()
  await expect(heading(bob)).toContainText('counting')
  await expect(row(bob, 'Number 3')).toBeVisible()
  await expect(conversation(bob, 'counting')).not.toContainText('3')
  await expect(conversation(otherTab, 'counting')).not.toContainText('3')
})

test('two tabs of one person show each message once', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'tabs', [hub.bob])
  const first = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  const second = await first.context().newPage()
  await second.goto(`/chat/${channel.name}`)
  await send(first, 'From the first tab')
  await expect(row(second, 'From the first tab')).toBeVisible()
  await send(second, 'From the second tab')
  await expect(row(first, 'From the second tab')).toBeVisible()
  for (const page of [first, second]) await expect(rows(page)).toHaveCount(2)
})

test('two tabs that lost the network send what was written in each once', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'tabs-offline', [hub.bob])
  const first = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  const second = await first.context().newPage()
  await second.goto(`/chat/${channel.name}`)
  for (const page of [first, second]) await expect(composer(page)).toBeVisible()
  await first.context().setOffline(true)
  await send(first, 'Written in the first tab')
  await send(second, 'Written in the second tab')
  await expect(history(second).getByText('Written in the first tab')).toBeVisible()
  await first.context().setOffline(false)
  for (const page of [first, second]) {
    await expect(row(page, 'Written in the first tab')).toBeVisible({ timeout: 20_000 })
    await expect(row(page, 'Written in the second tab')).toBeVisible({ timeout: 20_000 })
    await expect(rows(page)).toHaveCount(2)
  }
  expect((await allMessages(hub.ann, channel)).map(({ body }) => body)).toEqual([
    'Written in the first tab',
    'Written in the second tab',
  ])
})

test('a direct conversation is between two', async ({ browser }) => {
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/dm/bob')
  await send(ann, 'Only for you')
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  await expect(sidebar(bob).getByRole('link', { name: /Ann/ })).toContainText('1')
  await sidebar(bob).getByRole('link', { name: /Ann/ }).click()
  await expect(row(bob, 'Only for you')).toBeVisible()
})
