import type { Page } from '@playwright/test'
import {
  composer,
  expectNoReload,
  markPage,
  offlineBanner,
  row,
  rows,
  send,
  signedIn,
} from '../support/screens.ts'
import { allMessages, makeChannel, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('what is said offline is kept and arrives once', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'offline', [hub.bob])
  const [ann, bob] = await both(browser, channel.name)
  await send(ann, 'Before')
  await expect(row(bob, 'Before')).toBeVisible()

  await ann.context().setOffline(true)
  await send(bob, 'While you were away')
  await send(ann, 'Written offline, one')
  await send(ann, 'Written offline, two')
  await expect(offlineBanner(ann)).toBeVisible({ timeout: 20_000 })
  await expect(row(bob, 'Written offline')).toHaveCount(0)

  await ann.context().setOffline(false)
  await expect(row(bob, 'Written offline, two')).toBeVisible({ timeout: 20_000 })
  await expect(row(ann, 'While you were away')).toBeVisible()
  await expect(offlineBanner(ann)).toBeHidden()
  await expectBothRight(ann, bob, channel.id, [
    'Before',
    'While you were away',
    'Written offline, one',
    'Written offline, two',
  ])
})

test('the server is killed in mid-sentence and started again', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'killed', [hub.bob])
  const [ann, bob] = await both(browser, channel.name)
  await send(ann, 'One')
  await expect(row(bob, 'One')).toBeVisible()
  await composer(ann).pressSequentially('This sentence is not ')
  await composer(bob).pressSequentially('Nor is ')

  await hub.hearth.kill()
  await composer(ann).pressSequentially('finished yet')
  await composer(ann).press('Enter')
  await expect(offlineBanner(ann)).toBeVisible({ timeout: 20_000 })
  await expect(offlineBanner(bob)).toBeVisible({ timeout: 20_000 })
  await composer(bob).pressSequentially('this one')
  await expect(composer(bob)).toHaveValue('Nor is this one')

  await hub.hearth.startAgain()
  await expect(offlineBanner(ann)).toBeHidden({ timeout: 30_000 })
  await expect(offlineBanner(bob)).toBeHidden({ timeout: 30_000 })
  await expect(row(bob, 'This sentence is not finished yet')).toBeVisible()
  await composer(bob).press('Enter')
  await expect(row(ann, 'Nor is this one')).toBeVisible()
  await expectBothRight(ann, bob, channel.id, ['One', 'This sentence is not finished yet', 'Nor is this one'])
})

test('killed again and again while both talk: nothing lost, nothing doubled', async ({ browser }) => {
  test.setTimeout(180_000)
  const channel = await makeChannel(hub.ann, 'stubborn', [hub.bob])
  const [ann, bob] = await both(browser, channel.name)
  const said: string[] = []
  for (let round = 1; round <= 3; round++) {
    for (const [name, page] of [
      ['Ann', ann],
      ['Bob', bob],
    ] as const) {
      said.push(`${name} in round ${round}`)
      await send(page, `${name} in round ${round}`)
    }
    // At once: what was just sent may be on its way, written, or neither.
    await hub.hearth.kill()
    said.push(`Ann after kill ${round}`)
    await send(ann, `Ann after kill ${round}`)
    await hub.hearth.startAgain()
  }
  for (const page of [ann, bob]) {
    await expect(row(page, 'Ann after kill 3')).toBeVisible({ timeout: 40_000 })
    await expect(offlineBanner(page)).toBeHidden({ timeout: 40_000 })
  }
  await expect
    .poll(async () => (await allMessages(hub.ann, channel)).length, { timeout: 20_000 })
    .toBe(said.length)
  await expectBothRight(ann, bob, channel.id, said)
})

test('a laptop that slept through hundreds of messages is right without a reload', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'asleep', [hub.bob])
  const [ann] = await both(browser, channel.name)
  await say(hub.bob, channel, 'Good night')
  await expect(row(ann, 'Good night')).toBeVisible()
  await ann.context().setOffline(true)
  for (let number = 1; number <= 300; number++) await say(hub.bob, channel, `Message ${number} of the night`)
  await ann.context().setOffline(false)
  const jump = ann.getByRole('button', { name: /new messages|jump to latest/i })
  await expect(row(ann, 'Message 300 of the night').or(jump).first()).toBeVisible({ timeout: 20_000 })
  if (await jump.isVisible()) await jump.click()
  await expect(row(ann, 'Message 300 of the night')).toBeVisible()
  await expectNoReload(ann)
})

async function both(browser: import('@playwright/test').Browser, channel: string): Promise<[Page, Page]> {
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel}`)
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel}`, { host: 'localhost' })
  for (const page of [ann, bob]) {
    await expect(composer(page)).toBeVisible()
    await markPage(page)
  }
  return [ann, bob]
}

/** The server holds each text once, and both screens show each once, in the server's order, and were never reloaded. */
async function expectBothRight(ann: Page, bob: Page, channel: string, texts: string[]): Promise<void> {
  const held = (await allMessages(hub.ann, { id: channel, name: '' })).map(({ body }) => body)
  expect([...held].sort()).toEqual([...texts].sort())
  for (const page of [ann, bob]) {
    await expect(rows(page)).toHaveCount(held.length)
    const shown = await rows(page).allInnerTexts()
    held.forEach((text, index) => expect(shown[index]).toContain(text))
    await expectNoReload(page)
  }
}
