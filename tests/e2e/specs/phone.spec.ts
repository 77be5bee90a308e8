import type { Locator, Page } from '@playwright/test'
import { composer, heading, phone, row, send, signedIn } from '../support/screens.ts'
import { makeChannel, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('on a phone one column is shown at a time, and back leads to the list', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'pocket', [hub.bob])
  await say(hub.ann, channel, 'Are you there?')
  const page = await signedIn(browser, hub.hearth, hub.bob, '/chat', phone)
  const link = page.getByRole('link', { name: /pocket/ })
  await expect(link).toContainText('1')
  await link.click()
  await expect(heading(page)).toContainText('pocket')
  await expect(row(page, 'Are you there?')).toBeVisible()
  await expect(link).toBeHidden()
  await send(page, 'On my way')
  await expect(row(page, 'On my way')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('link', { name: /pocket/ })).toBeVisible()
})

test('nothing is wider than the phone', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'wide-things', [hub.bob], {
    topic: 'A topic that is much longer than the width of any phone that anybody in this team has',
  })
  await say(hub.ann, channel, `https://example.org/${'long'.repeat(60)}`)
  await say(hub.ann, channel, `\`\`\`\n${'wide '.repeat(60)}\n\`\`\``)
  await say(hub.ann, channel, 'W'.repeat(400))
  const page = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`, phone)
  await expect(composer(page)).toBeVisible()
  await expect(row(page, 'WWWW')).toBeVisible()
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  expect(inner).toBeLessThanOrEqual(outer ?? 0)
})

test('the palette finds a person, and a long press shows what can be done with a message', async ({
  browser,
}) => {
  const page = await signedIn(browser, hub.hearth, hub.bob, '/chat', phone)
  await page.getByRole('button', { name: 'Find or jump' }).click()
  await page.getByRole('combobox').fill('ann')
  await page.getByRole('option', { name: /Ann/ }).first().click()
  await expect(page).toHaveURL(/\/dm\/ann$/)
  await send(page, 'Copy me')
  await expect(row(page, 'Copy me')).toBeVisible()
  await longPress(page, row(page, 'Copy me').getByText('Copy me'))
  // No thumb is back on the glass sooner; what comes at once belongs to the press.
  await page.waitForTimeout(400)
  await page.getByRole('dialog').getByRole('button', { name: 'Edit message' }).click()
  await page.getByRole('textbox', { name: 'Edit message' }).fill('Changed by a thumb')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(row(page, 'Changed by a thumb')).toContainText(/edited/i)
})

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
