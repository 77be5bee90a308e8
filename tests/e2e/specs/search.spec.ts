import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { composer, phone, row, signedIn } from '../support/screens.ts'
import { makeChannel, reply, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

const field = (page: Page): Locator =>
  page.getByRole('searchbox', { name: 'Search messages, files and people' })
const results = (page: Page): Locator => page.getByRole('main').getByRole('article')

test('words are typed, narrowed down and marked, and a result leads there and back', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'harbour', [hub.bob])
  for (let number = 1; number <= 30; number++) await say(hub.ann, channel, `The lantern number ${number}`)
  await say(hub.bob, channel, 'Crème brûlée beside the lantern')
  await reply(hub.bob, channel, 1, 'A lantern in a thread')
  const page = await signedIn(browser, hub.hearth, hub.ann, '/chat/harbour')
  await expect(composer(page)).toBeVisible()
  await page.getByRole('main').getByRole('feed').click()
  await page.keyboard.press('/')
  await expect(page).toHaveURL(/\/search$/)
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('lant')
  await expect(page).toHaveURL(/q=lant$/)
  await expect(page.getByText('32 results')).toBeVisible()
  await expect(results(page).first().locator('mark')).toHaveText('lant')
  await expect(results(page).first()).toContainText('Thread in #harbour')

  await page.getByRole('button', { name: 'Show more' }).click()
  await expect(results(page)).toHaveCount(32)
  const old = results(page).filter({ hasText: 'The lantern number 2' }).last()
  await old.scrollIntoViewIfNeeded()
  await old.getByRole('link').click()
  await expect(page).toHaveURL(/\/chat\/harbour\/m\/2$/)
  await expect(row(page, 'The lantern number 2').first()).toBeVisible()
  await page.goBack()
  await expect(results(page)).toHaveCount(32)
  await expect(old).toBeInViewport()
  await expect(old.getByRole('link')).toBeFocused()

  await field(page).fill('lantern from:')
  await page.getByRole('button', { name: 'Bob', exact: true }).click()
  await expect(field(page)).toHaveValue('lantern from:@bob ')
  await expect(results(page)).toHaveCount(2)
  await field(page).fill('creme brulee')
  await expect(results(page)).toHaveCount(1)
  await expect(results(page).locator('mark')).toHaveText(['Crème', 'brûlée'])
  await page.reload()
  await expect(results(page)).toHaveCount(1)
})

test('it is all done by keyboard, also from the palette', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'keys', [hub.bob])
  await say(hub.ann, channel, 'a kettle on the stove')
  await say(hub.ann, channel, 'another kettle in the yard')
  const page = await signedIn(browser, hub.hearth, hub.bob, '/chat/keys')
  await expect(row(page, 'in the yard')).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('kettle')
  await expect(page.getByRole('option', { name: /Search messages for “kettle”/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(results(page)).toHaveCount(2)
  await field(page).press('ArrowDown')
  await expect(results(page).first().getByRole('link')).toBeFocused()
  await page.keyboard.press('j')
  await expect(results(page).last().getByRole('link')).toBeFocused()
  await page.keyboard.press('k')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/chat\/keys\/m\/1$/)
})

test('nothing found, a filter that means nothing, a slip, a failure and a way on', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'slips', [hub.bob])
  await say(hub.ann, channel, 'the umbrella stands in the corner')
  const page = await signedIn(browser, hub.hearth, hub.bob, '/search')
  await expect(page.getByText('Type what was said')).toBeVisible()
  await field(page).fill('umbrelal')
  await expect(page.getByText('These are close')).toBeVisible()
  await expect(results(page)).toHaveCount(1)
  await field(page).fill('zzzzzz')
  await expect(page.getByText('Nothing was found')).toBeVisible()
  await field(page).fill('umbrella from:nobody')
  await expect(page.getByText('Nobody here has that name')).toBeVisible()
  await field(page).fill('umbrella before:soon')
  await expect(page.getByText('A day is written like')).toBeVisible()
  await page.route(/\/api\/v1\/search/, (route) => route.abort())
  await field(page).fill('umbrella')
  await expect(page.getByText('The search did not work')).toBeVisible()
  await page.unroute(/\/api\/v1\/search/)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(results(page)).toHaveCount(1)
  await page.getByRole('radio', { name: 'People' }).click()
  await field(page).fill('ann')
  await page.getByRole('main').getByRole('link', { name: 'Ann', exact: true }).click()
  await expect(page).toHaveURL(/\/dm\/ann$/)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing, wide and on a phone, ${colorScheme}`, async ({ browser }) => {
    const channel = await makeChannel(hub.ann, `axe-${colorScheme}`, [hub.bob])
    await say(hub.ann, channel, `an anchor for ${colorScheme}`)
    for (const options of [{}, phone]) {
      const page = await signedIn(browser, hub.hearth, hub.bob, '/chat', { ...options, colorScheme })
      await page.getByRole('link', { name: 'Search', exact: true }).click()
      await expect(field(page)).toBeVisible()
      await expectNothingFound(page)
      await field(page).fill(`anchor ${colorScheme}`)
      await expect(results(page)).toHaveCount(1)
      await expectNothingFound(page)
    }
  })
}

async function expectNothingFound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes[0]?.html.slice(0, 160)}`)
  expect(found, found.join('\n')).toEqual([])
}
