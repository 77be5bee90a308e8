import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import type { Data } from '../support/api.ts'
import { photo, sample, sendFiles } from '../support/files.ts'
import {
  composer,
  freshBrowser,
  offlineBanner,
  phone,
  row,
  rows,
  send,
  signedIn,
} from '../support/screens.ts'
import { type Person, foundTeam, inviteCode, makeChannel, reply, say } from '../support/team.ts'
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
      await page.goto('/admin/network')
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
      const { data } = await hub.ann.api.post<Data<{ url: string }>>(
        `/users/${hub.bob.id}/reset-link`,
        undefined,
      )
      await page.goto(new URL(data.url, hub.hearth.url()).pathname)
      await expect(page.getByRole('button', { name: 'Save password' })).toBeVisible()
      await expectNothingFound(page)
      await page.goto('/unsubscribe/unknown')
      await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
      await expectNothingFound(page)
      await page.goto('/nowhere')
      await expect(page.getByText('There is nothing at this address')).toBeVisible()
      await expectNothingFound(page)
    })

    test(`axe finds nothing in chat, ${colorScheme}`, async ({ browser }) => {
      const channel = await makeChannel(hub.ann, `busy-${colorScheme}`, [hub.bob], { topic: 'What goes on' })
      await say(hub.ann, channel, 'A **strong** word, `code`, and a list\n\n- one\n- two\n\n> quoted')
      await say(hub.bob, channel, '```js\nconst answer = 42\n```')
      await say(hub.bob, channel, 'مرحبا بالجميع، 你好世界, こんにちは')
      for (const mark of [`reactions/${encodeURIComponent('🎉')}`, 'pin', 'saved']) {
        await hub.ann.api.put(`/channels/${channel.id}/messages/1/${mark}`, {})
      }
      await hub.bob.api.put(`/channels/${channel.id}/messages/2/reactions/${encodeURIComponent('👀')}`, {})
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
      await page.goto('/saved')
      await expect(page.getByText('A strong word').first()).toBeVisible()
      await expectNothingFound(page)
    })

    test(`axe finds nothing in reminders and polls, ${colorScheme}`, async ({ browser }) => {
      const channel = await makeChannel(hub.ann, `polls-${colorScheme}`, [hub.bob])
      await hub.ann.api.post(`/channels/${channel.id}/messages`, {
        body: 'What for lunch?',
        poll: { options: ['Soup', 'Bread', '你好'], several: true },
      })
      await hub.bob.api.put(`/channels/${channel.id}/messages/1/poll/vote`, { choices: [0] })
      const dueAt = (millis: number) => new Date(Date.now() + millis).toISOString()
      const message = { channelId: channel.id, number: 1 }
      await hub.ann.api.post('/reminders', { text: 'Call the baker', dueAt: dueAt(3_600_000) })
      await hub.ann.api.post('/reminders', { text: 'Due', message, dueAt: dueAt(300) })
      const page = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`, { colorScheme })
      await expect(row(page, 'What for lunch?').getByRole('button', { name: /^Soup/ })).toBeVisible()
      await row(page, 'What for lunch?').getByRole('button', { name: /^Soup/ }).click()
      await expect(row(page, 'What for lunch?')).toContainText('2 people voted')
      await composer(page).fill('/remind call the baker tomorrow 9:00')
      await expect(page.getByText(/^Reminds you tomorrow/)).toBeVisible()
      await expectNothingFound(page)
      await composer(page).fill('')
      await page.getByRole('button', { name: 'New poll' }).click()
      await expect(page.getByRole('dialog', { name: 'New poll' })).toBeVisible()
      await expectNothingFound(page)
      await page.keyboard.press('Escape')
      await page.goto('/reminders')
      await expect(
        page.getByRole('region', { name: 'Due', exact: true }).getByRole('article').first(),
      ).toBeVisible()
      await expect(page.getByText('What for lunch?').first()).toBeVisible()
      await expectNothingFound(page)
    })

    test(`axe finds nothing in files, ${colorScheme}`, async ({ browser }) => {
      const channel = await makeChannel(hub.ann, `papers-${colorScheme}`, [hub.bob])
      await sendFiles(hub.hearth, hub.bob, channel, 'Papers', [
        { name: 'kite.png', bytes: photo(900, 600, 40) },
        { name: 'notes.txt', bytes: Buffer.from('first\nsecond') },
        { name: 'thing.bin', bytes: sample(2_000) },
      ])
      const page = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`, { colorScheme })
      await expect(row(page, 'Papers').getByRole('button', { name: 'Open picture kite.png' })).toBeVisible()
      const choosing = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Attach files' }).click()
      await (await choosing).setFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') })
      await expect(page.getByRole('list', { name: 'Files to be sent' })).toContainText('1 byte')
      await expectNothingFound(page)
      await page.getByRole('button', { name: 'Open picture kite.png' }).click()
      await expect(page.getByRole('dialog', { name: 'kite.png' })).toBeVisible()
      await expectNothingFound(page)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Look into notes.txt' }).click()
      await expect(page.getByRole('dialog', { name: 'notes.txt' })).toContainText('second')
      await expectNothingFound(page)
      await page.goto(`/files?channel=${channel.id}`)
      await expect(page.getByRole('link', { name: /^thing.bin/ })).toBeVisible()
      await expectNothingFound(page)
    })

    test(`axe finds nothing in threads and mentions, ${colorScheme}`, async ({ browser }) => {
      const channel = await makeChannel(hub.ann, `threads-${colorScheme}`, [hub.bob])
      await say(hub.ann, channel, 'What about the roof?')
      await reply(hub.bob, channel, 1, 'It leaks, @ann')
      const page = await signedIn(browser, hub.hearth, hub.ann, '/threads', { colorScheme })
      await expect(page.getByText('It leaks').first()).toBeVisible()
      await expectNothingFound(page)
      await page.goto('/mentions')
      await expect(page.getByText('It leaks').first()).toBeVisible()
      await expectNothingFound(page)
      await page.goto(`/chat/${channel.name}/m/1/thread`)
      await expect(page.getByRole('complementary', { name: 'Thread' }).getByText('It leaks')).toBeVisible()
      await expectNothingFound(page)
      await page.getByRole('button', { name: 'More about this conversation' }).click()
      await expect(page.getByRole('menu')).toBeVisible()
      await expectNothingFound(page, ['region'])
    })

    test(`axe finds nothing in the dialogs of chat, ${colorScheme}`, async ({ browser }) => {
      test.slow()
      const channel = await makeChannel(hub.ann, `dialogs-${colorScheme}`, [hub.bob])
      const message = await say(hub.ann, channel, 'As it was')
      await hub.ann.api.patch(`/channels/${channel.id}/messages/${message.number}`, { body: 'As it is' })
      await say(hub.bob, channel, 'Unread, for now')
      const page = await signedIn(browser, hub.hearth, hub.ann, '/unreads', { colorScheme })
      await expect(page.getByText('Unread, for now')).toBeVisible()
      await expectNothingFound(page)
      await page.goto(`/chat/${channel.name}`)
      await expect(rows(page)).toHaveCount(2)

      const dialog = page.getByRole('dialog')
      const lookAndClose = async () => {
        await expect(dialog).toBeVisible()
        await expectNothingFound(page)
        await page.keyboard.press('Escape')
        await expect(dialog).toBeHidden()
      }
      await row(page, 'As it is')
        .getByRole('button', { name: /edited/i })
        .click()
      await lookAndClose()
      await page.getByRole('button', { name: '2 members' }).click()
      await lookAndClose()
      await hub.ann.api.put(`/channels/${channel.id}/messages/1/pin`, {})
      await page.getByRole('button', { name: '1 pinned message' }).click()
      await expect(dialog.getByText('As it is')).toBeVisible()
      await lookAndClose()
      await page.getByRole('button', { name: 'Emoji', exact: true }).click()
      await expect(page.getByRole('gridcell').first()).toBeVisible()
      await lookAndClose()
      await page.getByRole('button', { name: 'New message' }).first().click()
      await lookAndClose()
      for (const entry of ['Create a channel', 'Browse channels', 'Keyboard shortcuts']) {
        await page.getByRole('button', { name: 'Northlight Studio' }).click()
        await expect(page.getByRole('menu')).toBeVisible()
        if (entry === 'Create a channel') await expectNothingFound(page, ['region'])
        await page.getByRole('menuitem', { name: entry }).click()
        await lookAndClose()
      }
      await row(page, 'As it is').hover()
      await row(page, 'As it is').getByRole('button', { name: 'More actions' }).click()
      await expect(page.getByRole('menu')).toBeVisible()
      await expectNothingFound(page, ['region'])
      await page.keyboard.press('Escape')
      // The pointer leaves the button, whose tooltip lies outside every landmark.
      await composer(page).hover()
      await expect(page.getByText('More actions', { exact: true })).toBeHidden()
      await composer(page).fill('@b')
      await expect(page.getByRole('listbox')).toBeVisible()
      await expectNothingFound(page)
    })

    test(`axe finds nothing without a connection, ${colorScheme}`, async ({ browser }) => {
      const page = await signedIn(browser, hub.hearth, hub.bob, '/chat/general', { colorScheme })
      await expect(composer(page)).toBeVisible()
      await page.context().setOffline(true)
      await send(page, 'Not yet')
      await expect(offlineBanner(page)).toBeVisible({ timeout: 20_000 })
      await expect(page.getByText('Will be sent when the connection is back.')).toBeVisible()
      await expectNothingFound(page)
      await page.getByRole('button', { name: 'Discard' }).click()
      await page.context().setOffline(false)
    })

    test(`axe finds nothing in the settings, ${colorScheme}`, async ({ browser }) => {
      test.slow()
      const silent = await makeChannel(hub.ann, `silent-${colorScheme}`, [])
      await hub.ann.api.put(`/channels/${silent.id}/notifications`, { level: 'everything', muted: true })
      await hub.ann.api.patch('/users/me/notifications', { quiet: true })
      const page = await signedIn(browser, hub.hearth, hub.ann, '/settings', { colorScheme })
      const screens = new Set<string>()
      for (const start of ['/settings', '/admin']) {
        await page.goto(start)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        const paths = await page
          .getByRole('link')
          .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname))
        for (const path of [start, ...paths.filter((path) => path.startsWith(start))]) screens.add(path)
      }
      expect([...screens]).toEqual(expect.arrayContaining(['/settings/profile', '/admin/audit']))
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
      await page.goto('/chat')
      await page.getByRole('button', { name: 'Find or jump' }).click()
      await expect(page.getByRole('combobox')).toBeVisible()
      await expectNothingFound(page)
      await page.goto('/settings')
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectNothingFound(page)
    })
  }
})

/** A menu floats above the page and belongs to no region of it: `but` names the rules that do not apply. */
async function expectNothingFound(page: Page, but: string[] = []): Promise<void> {
  // Colours are judged where they end up, not on their way there.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))),
  )
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .disableRules(but)
    .analyze()
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html.slice(0, 160)).join('\n  ')}`,
  )
  expect(found, `${page.url()}\n${found.join('\n')}`).toEqual([])
}
