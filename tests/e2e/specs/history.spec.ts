import type { Page } from '@playwright/test'
import { composer, conversation, history, row, send, signedIn } from '../support/screens.ts'
import { type Channel, makeChannel, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('a conversation opens at the first unread message, and leads to the latest', async ({ browser }) => {
  const channel = await long('missed', 120)
  await hub.bob.api.put(`/channels/${channel.id}/read`, { number: 40 })
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  await expect(row(bob, /Line 41\b/)).toBeInViewport()
  await expect(history(bob).getByText('New', { exact: true })).toBeInViewport()
  await expect(row(bob, /Line 120\b/)).toHaveCount(0)
  await expect(conversation(bob, 'missed')).toContainText(/[1-9]/)

  await bob.getByRole('button', { name: /new messages/ }).click()
  await expect(row(bob, /Line 120\b/)).toBeInViewport()
  await expect(conversation(bob, 'missed')).not.toContainText(/\d/)
})

test('the first unread message above is one press away', async ({ browser }) => {
  const channel = await long('above', 120)
  await hub.bob.api.put(`/channels/${channel.id}/read`, { number: 40 })
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}/m/110`)
  await expect(row(bob, /Line 110\b/)).toBeInViewport()
  await bob.getByRole('button', { name: 'Jump to first unread' }).click()
  await expect(row(bob, /Line 41\b/)).toBeInViewport()
})

test('what is being read stays in its place while new messages arrive', async ({ browser }) => {
  const channel = await long('steady', 150)
  await hub.bob.api.put(`/channels/${channel.id}/read`, { number: 150 })
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}/m/60`)
  await expect(row(bob, /Line 60\b/)).toBeInViewport()
  const before = await placeOf(bob, 60)
  for (let number = 1; number <= 5; number++) await say(hub.ann, channel, `Fresh ${number}\n\nin\n\nlines`)
  await expect(bob.getByRole('button', { name: /5 new messages/ })).toBeVisible()
  expect(Math.abs((await placeOf(bob, 60)) - before)).toBeLessThanOrEqual(2)

  await bob.getByRole('button', { name: /5 new messages/ }).click()
  await expect(row(bob, 'Fresh 5')).toBeInViewport()
  await say(hub.ann, channel, 'Seen at once')
  await expect(row(bob, 'Seen at once')).toBeInViewport()
})

test('what is being read stays in its place while older history arrives', async ({ browser }) => {
  const channel = await long('older', 400)
  await hub.bob.api.put(`/channels/${channel.id}/read`, { number: 400 })
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  await expect(composer(bob)).toBeVisible()
  // A slow line: the rows above are still to come when somebody scrolls there.
  let answered = 0
  await bob.route(/\/messages\?/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await route.continue()
    answered++
  })
  await conversation(bob, 'older').click()
  await expect(row(bob, /Line 400\b/)).toBeInViewport()
  const first = answered
  const seen = await scrollUpTo(bob, 365)
  const before = await restingPlaceOf(bob, seen)
  await expect.poll(() => answered).toBeGreaterThan(first)
  await bob.waitForTimeout(500)
  expect(Math.abs((await placeOf(bob, seen)) - before)).toBeLessThanOrEqual(2)
})

test('a link to a message opens there, and Back returns', async ({ browser }) => {
  const channel = await long('linked', 300)
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  await expect(composer(bob)).toBeVisible()
  await send(bob, `Look at ${hub.hearth.url()}/chat/${channel.name}/m/77`)
  await row(bob, 'Look at').getByRole('link', { name: /m\/77/ }).click()
  await expect(row(bob, /Line 77\b/)).toBeInViewport()
  await bob.goBack()
  await expect(row(bob, 'Look at')).toBeInViewport()
})

test('a message that the server refuses is kept, and Retry sends it', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'closing', [hub.bob])
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`)
  await expect(composer(bob)).toBeVisible()
  await bob.context().setOffline(true)
  await send(bob, 'Too late?')
  await expect(history(bob).getByText('Too late?')).toBeVisible()
  await hub.ann.api.patch(`/channels/${channel.id}`, { archived: true })
  await bob.context().setOffline(false)
  await expect(history(bob).getByText(/Not sent/)).toBeVisible({ timeout: 20_000 })

  await hub.ann.api.patch(`/channels/${channel.id}`, { archived: false })
  await history(bob).getByRole('button', { name: 'Retry' }).click()
  await expect(row(bob, 'Too late?')).toBeVisible()
  await expect(history(bob).getByText(/Not sent/)).toHaveCount(0)
})

/** A channel of so many numbered messages, of different heights. */
async function long(name: string, length: number): Promise<Channel> {
  const channel = await makeChannel(hub.ann, name, [hub.bob])
  const more = [
    '',
    '\n\nand a second paragraph',
    '\n\n- with\n- a\n- list',
    ` ${'that goes on and on '.repeat(14)}`,
  ]
  for (let number = 1; number <= length; number++) {
    await say(hub.ann, channel, `Line ${number} of them${more[number % more.length]}`)
  }
  return channel
}

/** How far below the window's top a message is. */
async function placeOf(page: Page, number: number): Promise<number> {
  const box = await row(page, new RegExp(`Line ${number} of`)).boundingBox()
  if (!box) throw new Error(`message ${number} is not on the page`)
  return box.y
}

/** The same, once scrolling has come to rest. */
async function restingPlaceOf(page: Page, number: number): Promise<number> {
  for (let last = NaN; ; await page.waitForTimeout(100)) {
    const now = await placeOf(page, number)
    if (now === last) return now
    last = now
  }
}

/** Scrolls up until a message of this number or an older one is the first in sight; gives its number. */
async function scrollUpTo(page: Page, wanted: number): Promise<number> {
  await history(page).hover()
  for (let step = 0; step < 100; step++) {
    await page.mouse.wheel(0, -120)
    const text = await page.evaluate(async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      const feed = document.querySelector('[role=feed]')!.getBoundingClientRect()
      return [...document.querySelectorAll('[role=feed] [role=article]')]
        .map((article) => ({ top: article.getBoundingClientRect().top, text: article.textContent ?? '' }))
        .filter(({ top }) => top > feed.top && top < feed.bottom)
        .sort((a, b) => a.top - b.top)[0]?.text
    })
    const number = Number(/Line (\d+) of/.exec(text ?? '')?.[1])
    if (number <= wanted) return number
  }
  throw new Error('it does not scroll')
}
