import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { composer, freshBrowser, phone, rows, signedIn } from '../support/screens.ts'
import { type Person, foundTeam, inviteCode, makeChannel, say } from '../support/team.ts'
import { expect, test, useEmptyHearth, useHearth } from '../support/test.ts'

let owner: Person | undefined
const themes = ['light', 'dark'] as const

test.describe('before there is a team', () => {
  const hub = useEmptyHearth()
  for (const colorScheme of themes) {
    test(`axe finds nothing on the first run, ${colorScheme}`, async ({ browser }) => {
      const page = await (await freshBrowser(browser, hub.hearth, { colorScheme })).newPage()
      await page.goto('/')
      await expect(page.getByRole('button', { name: 'Start the team' })).toBeVisible()
      await expectNothingFound(page)
    })
  }
})

test.describe('letting teammates in', () => {
  const hub = useEmptyHearth({ atHome: true })
  for (const colorScheme of themes) {
    test(`axe finds nothing before and after, ${colorScheme}`, async ({ browser }) => {
      const ann = (owner ??= await foundTeam(hub.hearth))
      await ann.api.patch('/admin/network', { lan: 'closed' })
      const page = await signedIn(browser, hub.hearth, ann, '/let-in', { colorScheme })
      await expect(page.getByRole('button', { name: 'Let teammates in' })).toBeVisible()
      await expectNothingFound(page)
      await page.getByRole('button', { name: 'Let teammates in' }).click()
      await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible()
      await expectNothingFound(page)
      await page.goto('/settings/network')
      await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible()
      await expectNothingFound(page)
    })
  }
})

test.describe('in a team', () => {
  const hub = useHearth()

  for (const colorScheme of themes) {
    test(`axe finds nothing on the public screens, ${colorScheme}`, async ({ browser }) => {
      const page = await (await freshBrowser(browser, hub.hearth, { colorScheme })).newPage()
      await page.goto('/sign-in')
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
      await expectNothingFound(page)
      await page.goto(`/join/${await inviteCode(hub.ann)}`)
      await expect(page.getByRole('button', { name: 'Join' })).toBeVisible()
      await expectNothingFound(page)
      await page.goto('/join/unknown')
      await expect(page.getByRole('heading', { name: 'This invite is over' })).toBeVisible()
      await expectNothingFound(page)
    })

    test(`axe finds nothing in chat, ${colorScheme}`, async ({ browser }) => {
      const channel = await makeChannel(hub.ann, `busy-${colorScheme}`, [hub.bob], { topic: 'What goes on' })
      await say(hub.ann, channel, 'A **strong** word, `code`, and a list\n\n- one\n- two\n\n> quoted')
      await say(hub.bob, channel, '```js\nconst answer = 42\n```')
      await say(hub.bob, channel, 'مرحبا بالجميع، 你好世界, こんにちは')
      const page = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`, { colorScheme })
      await expect(rows(page)).toHaveCount(3)
      await expectNothingFound(page)
      await rows(page).first().hover()
      await expectNothingFound(page)
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectNothingFound(page)
      await page.keyboard.press('Escape')
      await page.goto('/dm/bob')
      await expect(composer(page)).toBeVisible()
      await expectNothingFound(page)
    })

    test(`axe finds nothing in the settings, ${colorScheme}`, async ({ browser }) => {
      test.slow()
      const page = await signedIn(browser, hub.hearth, hub.ann, '/settings', { colorScheme })
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      const paths = await page
        .getByRole('link')
        .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname))
      const screens = [...new Set(['/settings', ...paths.filter((path) => path.startsWith('/settings'))])]
      for (const screen of screens) {
        await page.goto(screen)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await expectNothingFound(page)
      }
    })

    test(`axe finds nothing on a phone, ${colorScheme}`, async ({ browser }) => {
      const page = await signedIn(browser, hub.hearth, hub.bob, '/chat', { ...phone, colorScheme })
      await expect(page.getByRole('link', { name: /general/ }).first()).toBeVisible()
      await expectNothingFound(page)
      await page.goto('/chat/general')
      await expect(composer(page)).toBeVisible()
      await expectNothingFound(page)
    })
  }
})

async function expectNothingFound(page: Page): Promise<void> {
  // Colours are judged where they end up, not on their way there.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))),
  )
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html.slice(0, 160)).join('\n  ')}`,
  )
  expect(found, `${page.url()}\n${found.join('\n')}`).toEqual([])
}
