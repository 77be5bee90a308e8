import type { Browser, Locator, Page } from '@playwright/test'
import type { Data } from '../support/api.ts'
import { composer, conversation, heading, phone, row, send, sidebar, signedIn } from '../support/screens.ts'
import { type Channel, type Person, channelNamed, join, makeChannel, reply, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

const notices = (page: Page): Locator => page.getByRole('region', { name: 'Notices' }).getByRole('listitem')

/** Somebody on a conversation, once they are told of what is said elsewhere. */
async function listening(page: Page): Promise<Page> {
  await expect(composer(page)).toBeVisible()
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.includes('looked-at')))
  return page
}

async function spoken(name: string, ...words: string[]): Promise<Channel> {
  return spokenTo(hub.bob, name, ...words)
}

async function spokenTo(person: Person, name: string, ...words: string[]): Promise<Channel> {
  const channel = await makeChannel(hub.ann, name, [person])
  for (const body of words) await say(hub.ann, channel, body)
  return channel
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'More about this conversation' }).click()
  await page.getByRole('menuitemradio', { name: item }).click()
}

test('what names somebody elsewhere is told on their page, and leads there', async ({ browser }) => {
  const channel = await spoken('elsewhere')
  const general = await channelNamed(hub.ann, 'general')
  const bob = await listening(await signedIn(browser, hub.hearth, hub.bob, '/chat/general'))
  await say(hub.ann, channel, 'To nobody in particular')
  await say(hub.ann, general, 'Here where you are, @bob')
  await say(hub.ann, channel, 'Are you there, @bob?')
  await expect(notices(bob)).toHaveText(/Ann in #elsewhere: Are you there, @bob\?/)
  await notices(bob).getByRole('button', { name: 'Open' }).click()
  await expect(heading(bob)).toContainText('elsewhere')
  await expect(row(bob, 'Are you there')).toBeVisible()
  await expect(notices(bob)).toHaveCount(0)
})

test('everything, or nothing, of a channel is told where that was chosen', async ({ browser }) => {
  const loud = await spoken('loud')
  const still = await spoken('still')
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${loud.name}`)
  await expect(composer(bob)).toBeVisible()
  await choose(bob, 'Everything')
  await conversation(bob, 'still').click()
  await expect(heading(bob)).toContainText('still')
  await choose(bob, 'Nothing')
  await bob.goto('/settings/notifications')
  const list = bob.getByRole('listitem').filter({ has: bob.getByRole('link', { name: '#loud' }) })
  await expect(list).toContainText('Everything')
  await bob.goto('/chat/general')
  await listening(bob)
  await say(hub.ann, still, 'Not even you, @bob')
  await say(hub.ann, loud, 'To whoever wants to hear it')
  await expect(notices(bob)).toHaveText(/#loud: To whoever/)
})

test('a pause is kept on every device, and what comes meanwhile waits as unread', async ({ browser }) => {
  const channel = await spoken('patience')
  const laptop = await signedIn(browser, hub.hearth, hub.bob, '/settings/notifications')
  const other = await listening(await signedIn(browser, hub.hearth, hub.bob, '/chat/general'))
  await laptop.getByRole('button', { name: 'Pause notifications: 30 minutes' }).click()
  await expect(laptop.getByText(/Paused until .*\d/)).toBeVisible()
  await other.getByRole('button', { name: 'You: Bob' }).click()
  await expect(other.getByRole('menuitem', { name: 'Notifications are paused' })).toBeVisible()
  await other.keyboard.press('Escape')
  await say(hub.ann, channel, 'While you sleep, @bob')
  await expect(conversation(other, 'patience')).toContainText('@1')
  // It would have been told by now.
  await other.waitForTimeout(2_000)
  await expect(notices(other)).toHaveCount(0)
  await laptop.getByRole('button', { name: 'Resume notifications' }).click()
  await expect(laptop.getByText(/Paused until/)).toBeHidden()
  await say(hub.ann, channel, 'And now you are awake, @bob')
  await expect(notices(other)).toHaveText(/now you are awake/)
})

test('quiet hours are set, kept, and by the clocks of a place', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.bob, '/settings/notifications', {
    timezoneId: 'Asia/Tokyo',
  })
  const other = await signedIn(browser, hub.hearth, hub.bob, '/settings/notifications', {
    timezoneId: 'Europe/Vienna',
  })
  await page.getByRole('switch', { name: 'Leave me alone in quiet hours' }).click()
  await page.getByLabel('From', { exact: true }).fill('21:30')
  await page.getByLabel('From', { exact: true }).blur()
  await page.getByRole('button', { name: 'Sunday' }).click()
  await expect(page.getByText('By the clocks of Tokyo, Asia.')).toBeVisible()
  await expect(other.getByLabel('From', { exact: true })).toHaveValue('21:30')
  await expect(other.getByRole('button', { name: 'Sunday' })).toHaveAttribute('aria-pressed', 'false')
  await expect(other.getByRole('button', { name: 'Monday' })).toHaveAttribute('aria-pressed', 'true')
  await other.getByRole('button', { name: 'Use Vienna, Europe' }).click()
  await expect(page.getByText('By the clocks of Vienna, Europe.')).toBeVisible()
  await page.getByRole('switch', { name: 'Leave me alone in quiet hours' }).click()
  await expect(other.getByLabel('From', { exact: true })).toBeHidden()
  await other.reload()
  await expect(other.getByRole('switch', { name: 'Leave me alone in quiet hours' })).not.toBeChecked()
})

test('the browser shows notices of a page that nobody looks at, and the words are honest', async ({
  browser,
}) => {
  const channel = await spoken('outside')
  const page = await signedIn(browser, hub.hearth, hub.bob, '/settings/notifications')
  await heedBoxes(page, 'default')
  await page.getByRole('button', { name: 'Allow notifications' }).click()
  await expect(page.getByRole('switch', { name: 'Show notifications of the browser' })).toBeChecked()
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.includes('looked-at')))
  await lookAway(page)
  await say(hub.ann, channel, 'Lunch, @bob?')
  const box = { title: 'Ann in #outside', body: 'Lunch, @bob?' }
  await expect.poll(() => boxes(page)).toEqual([{ ...box, closed: false }])
  await hub.bob.api.put(`/channels/${channel.id}/read`, { number: 1 })
  await expect.poll(() => boxes(page)).toEqual([{ ...box, closed: true }])

  const plain = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  await plain.addInitScript(() => Object.defineProperty(window, 'isSecureContext', { value: false }))
  await plain.goto('/settings/notifications')
  await expect(plain.getByText(/came over plain HTTP/)).toBeVisible()
  await expect(plain.getByRole('button', { name: 'Allow notifications' })).toBeHidden()
})

test('the browser tells whom it is for, and nothing muted, in quiet hours, in a pause, or on screen', async ({
  browser,
}) => {
  const cid = await join(hub.hearth, hub.ann, 'Cid')
  const channel = await makeChannel(hub.ann, 'backstage', [hub.bob, cid])
  const racket = await makeChannel(hub.ann, 'racket', [hub.bob])
  await hub.bob.api.put(`/channels/${racket.id}/notifications`, { level: 'nothing', muted: true })
  const [bob, other] = await Promise.all([hub.bob, cid].map((person) => inBackground(browser, person)))
  const wishes = (patch: Record<string, unknown>) => hub.bob.api.patch('/users/me/notifications', patch)
  /** It would have been told by then. */
  const saidInVain = async (where: Channel, body: string) => {
    await say(hub.ann, where, body)
    await bob!.waitForTimeout(2_000)
  }
  await saidInVain(racket, 'Not here, @bob')
  await wishes({ snoozedUntil: new Date(Date.now() + 600_000).toISOString() })
  await saidInVain(channel, 'In a pause, @bob')
  await wishes({ snoozedUntil: null, quiet: true, quietFrom: 0, quietTo: 0 })
  await saidInVain(channel, 'In quiet hours, @bob')
  await wishes({ quiet: false })
  await say(hub.ann, channel, 'Curtain, @bob')
  const curtain = { title: 'Ann in #backstage', body: 'Curtain, @bob', closed: false }
  await expect.poll(() => boxes(bob!)).toEqual([curtain])
  await expect(notices(bob!)).toHaveCount(0)
  await bob!.evaluate(() => (document.hasFocus = () => true))
  await say(hub.ann, channel, 'You are here now, @bob')
  await expect(notices(bob!)).toHaveText(/You are here now/)
  expect(await boxes(bob!)).toEqual([curtain])
  expect(await boxes(other!)).toEqual([])
  await say(hub.ann, channel, 'And you, @cid')
  await expect.poll(() => boxes(other!)).toMatchObject([{ body: 'And you, @cid' }])
})

test('what one wants to be told is chosen by keyboard', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/settings/notifications')
  const wishes = async () => (await hub.ann.api.get<Data<object>>('/users/me/notifications')).data
  await expect(page.getByRole('heading', { level: 1, name: 'Notifications' })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('radio', { name: 'Mentions' })).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('radio', { name: 'Everything' })).toBeChecked()
  await expect.poll(wishes).toMatchObject({ level: 'everything' })
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Choose words' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Paused until .*\d/)).toBeVisible()
  await page.keyboard.press('Shift+Tab')
  await expect(page.getByRole('button', { name: 'Resume notifications' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Paused until/)).toBeHidden()
  await page.getByRole('button', { name: /Until tomorrow/ }).focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('From', { exact: true })).toBeFocused()
  await page.keyboard.type('0930PM')
  await page.getByRole('button', { name: 'Monday' }).focus()
  await page.keyboard.press('Space')
  await expect.poll(wishes).toMatchObject({
    quiet: true,
    quietFrom: 21 * 60 + 30,
    quietDays: ['tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
    snoozedUntil: null,
  })
})

test('a message is made unread again, and stays so until it is opened anew', async ({ browser }) => {
  // Somebody to whom nothing else was said.
  const dot = await join(hub.hearth, hub.ann, 'Dot')
  const channel = await spokenTo(dot, 'again', 'one', 'two', 'three')
  const other = await signedIn(browser, hub.hearth, dot, '/chat/general')
  const page = await signedIn(browser, hub.hearth, dot, `/chat/${channel.name}`)
  await expect(row(page, 'three')).toBeVisible()
  await expect(conversation(other, 'again')).not.toContainText(/\d/)
  await row(page, 'two').hover()
  await row(page, 'two').getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Mark unread from here' }).click()
  await expect(conversation(other, 'again')).toContainText('2')
  await expect(page).toHaveTitle(/^\(2\)/)
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/flame-unread.svg')
  await say(hub.ann, channel, 'four')
  await expect(conversation(other, 'again')).toContainText('3')
  await conversation(page, 'general').click()
  await expect(heading(page)).toContainText('general')
  await expect(conversation(page, 'again')).toContainText('3')
  await conversation(page, 'again').click()
  await expect(row(page, 'four')).toBeVisible()
  await expect(conversation(other, 'again')).not.toContainText(/\d/)
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/flame.svg')

  await row(page, 'four').focus()
  await page.keyboard.press('Shift+U')
  await expect(conversation(other, 'again')).toContainText('1')
  await page.keyboard.press('Escape')
  await expect(conversation(other, 'again')).not.toContainText(/\d/)
})

test('a direct message and a reply are made unread from a phone', async ({ browser }) => {
  const channel = await spoken('replies', 'A question')
  await reply(hub.bob, channel, 1, 'What is it?')
  await reply(hub.ann, channel, 1, 'Where is the key?')
  const desk = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  const page = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}/m/1/thread`, phone)
  const answer = page.getByRole('article').filter({ hasText: 'Where is the key?' })
  await expect(answer).toBeVisible()
  await expect(sidebar(desk).getByRole('link', { name: /^Threads/ })).not.toContainText(/\d/)
  await longPress(page, answer.getByText('Where is the key?'))
  await page.waitForTimeout(400)
  await page.getByRole('dialog').getByRole('button', { name: 'Mark unread from here' }).click()
  await expect(sidebar(desk).getByRole('link', { name: /^Threads/ })).toContainText('1')

  const ann = await signedIn(browser, hub.hearth, hub.ann, '/dm/bob')
  await send(ann, 'Between us')
  await page.goto('/dm/ann')
  await expect(row(page, 'Between us')).toBeVisible()
  await expect(conversation(desk, 'Ann')).not.toContainText(/\d/)
  await longPress(page, row(page, 'Between us').getByText('Between us'))
  await page.waitForTimeout(400)
  await page.getByRole('dialog').getByRole('button', { name: 'Mark unread from here' }).click()
  await expect(conversation(desk, 'Ann')).toContainText('1')
})

/** Remembers what the browser would show, and loads the page again. */
async function heedBoxes(page: Page, permission: 'default' | 'granted'): Promise<void> {
  await page.addInitScript((permission) => {
    const shown: { title: string; body: string; closed: boolean }[] = []
    class Box {
      static permission = permission
      static requestPermission() {
        Box.permission = 'granted'
        return Promise.resolve('granted')
      }
      onclose?: () => void
      #entry: (typeof shown)[number]
      constructor(title: string, { body = '' }: { body?: string }) {
        this.#entry = { title, body, closed: false }
        shown.push(this.#entry)
      }
      close() {
        this.#entry.closed = true
        this.onclose?.()
      }
    }
    Object.assign(window, { Notification: Box, shown })
  }, permission)
  await page.reload()
}

const boxes = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => (window as unknown as { shown: unknown[] }).shown)

/** Somebody looks at something else. */
async function lookAway(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.hasFocus = () => false
    window.dispatchEvent(new Event('blur'))
  })
}

/** A page whose browser may show notices, and which nobody looks at. */
async function inBackground(browser: Browser, person: Person): Promise<Page> {
  const page = await signedIn(browser, hub.hearth, person, '/chat/general')
  await heedBoxes(page, 'granted')
  await listening(page)
  await lookAway(page)
  return page
}

/** A finger that stays. */
async function longPress(page: Page, target: Locator): Promise<void> {
  const box = await target.boundingBox()
  if (!box) throw new Error('there is nothing to press')
  const session = await page.context().newCDPSession(page)
  const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }]
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
  await expect(page.getByRole('dialog')).toBeVisible()
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}
