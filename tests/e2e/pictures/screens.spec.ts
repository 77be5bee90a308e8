import { type Page, expect, test } from '@playwright/test'
import type { Data } from '../support/api.ts'
import { photo, sendFiles } from '../support/files.ts'
import { Hearth } from '../support/hearth.ts'
import {
  composer,
  freshBrowser,
  heading,
  offlineBanner,
  phone,
  row,
  send,
  signedIn,
} from '../support/screens.ts'
import { channelNamed, inviteCode, makeChannel } from '../support/team.ts'
import { type Studio, seedStudio } from './seed.ts'
import { seedPrograms } from './programs.ts'
import { take } from './take.ts'
import { seedTasks } from './tasks.ts'

const sizes = { desktop: { viewport: { width: 1440, height: 900 } }, phone } as const
const themes = ['light', 'dark'] as const

let hearth: Hearth
let studio: Studio

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  hearth = await Hearth.start()
})
test.afterAll(async () => {
  await hearth.remove()
})

for (const [size, options] of Object.entries(sizes)) {
  for (const colorScheme of themes) {
    test(`first run, ${size}, ${colorScheme}`, async ({ browser }) => {
      const page = await (await freshBrowser(browser, hearth, { ...options, colorScheme })).newPage()
      await page.goto('/')
      await page.getByLabel('Team name').fill('Northlight Studio')
      await page.getByLabel('Your name').fill('Ann')
      await take(page, `first-run-${size}-${colorScheme}`)
      await page.context().close()
    })
  }
}

test('the studio moves in', async () => {
  studio = await seedStudio(hearth)
  await seedTasks(studio)
  await seedPrograms(hearth, studio)
  const launch = await channelNamed(studio.ann, 'launch-week')
  for (const [hours, body] of [
    [20, 'A reminder for tonight: **doors open at six**, and the stage stays closed until seven.'],
    [70, 'Thank you all. The pictures will be in #general by noon.'],
  ] as const) {
    const sendAt = new Date(Date.now() + hours * 3_600_000).toISOString()
    await studio.ann.api.post('/scheduled', { channelId: launch.id, body, sendAt })
  }
  const poll = { options: ['At the long table', 'On the stairs', 'In the yard, if it is dry'] }
  const asked = await studio.ann.api.post<Data<{ number: number }>>(`/channels/${launch.id}/messages`, {
    body: 'Where do we put the coats?',
    poll,
  })
  const place = `/channels/${launch.id}/messages/${asked.data.number}`
  for (const [name, choice] of [
    ['Mia', 0],
    ['Bob', 2],
    ['Priya', 0],
  ] as const)
    await studio.people[name]?.api.put(`${place}/poll/vote`, { choices: [choice] })
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
  const message = { channelId: launch.id, number: asked.data.number }
  await studio.ann.api.post('/reminders', { text: 'Call the baker about Saturday', dueAt: inHours(0.0003) })
  await studio.ann.api.post('/reminders', { message, dueAt: inHours(18) })
  await studio.ann.api.post('/reminders', { text: 'Water the plants in the hall', dueAt: inHours(70) })
  const ops = await channelNamed(studio.ann, 'ops')
  await studio.ann.api.put('/drafts', {
    channelId: ops.id,
    body: 'The rota for Saturday is nearly done. Still missing:\n- somebody at the door from five\n- the cable for the second screen',
    editedAt: new Date().toISOString(),
  })
  await makeChannel(studio.ann, 'retrospective', [studio.people['Mia']!, studio.people['Bob']!])
  const venue = await makeChannel(studio.ann, 'venue', [studio.people['Mia']!, studio.people['Bob']!])
  await sendFiles(hearth, studio.people['Mia']!, venue, 'The hall this morning, and who stands where.', [
    { name: 'hall-from-the-door.png', bytes: photo(1600, 900, 40) },
    { name: 'hall-from-the-stage.png', bytes: photo(900, 1200, 200) },
    { name: 'stands.csv', bytes: Buffer.from('stand,who\n1,Bob\n2,Yuki\n3,Ann\n') },
  ])
})

for (const [size, options] of Object.entries(sizes)) {
  for (const colorScheme of themes) {
    const as = { ...options, colorScheme }
    const shot = (page: Page, screen: string) => take(page, `${screen}-${size}-${colorScheme}`)

    test(`join and sign in, ${size}, ${colorScheme}`, async ({ browser }) => {
      const page = await (await freshBrowser(browser, hearth, as)).newPage()
      await page.goto(`/join/${await inviteCode(studio.ann)}`)
      await page.getByLabel('Your name').fill('Ilse Brandt')
      await shot(page, 'join')
      await page.goto('/sign-in')
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
      await shot(page, 'sign-in')
      await page.context().close()
    })

    test(`tasks, ${size}, ${colorScheme}`, async ({ browser }) => {
      const page = await signedIn(browser, hearth, studio.ann, '/tasks/OPS/board', as)
      await expect(page.getByRole('link', { name: /Label the breaker panel/ })).toBeVisible()
      await shot(page, 'board')
      await page.goto('/tasks/OPS/list')
      await expect(page.getByRole('link', { name: /Label the breaker panel/ })).toBeVisible()
      await shot(page, 'task-list')
      if (size === 'desktop') {
        await page.keyboard.press('j')
        await page.keyboard.press('x')
        await page.keyboard.press('Shift+ArrowDown')
        await page.keyboard.press('Shift+ArrowDown')
        await expect(page.getByRole('toolbar', { name: '3 selected' })).toBeVisible()
        await shot(page, 'selection')
      }
      await page.goto('/tasks/OPS/calendar')
      await expect(page.getByRole('link', { name: /Build the booth/ }).first()).toBeVisible()
      await shot(page, 'calendar')
      await page.getByRole('radio', { name: 'Week' }).click()
      await expect(page).toHaveURL(/week=/)
      if (size === 'desktop') await shot(page, 'calendar-week')
      await page.goto('/tasks/OPS/timeline')
      await expect(page.getByRole('link', { name: /Book the van/ }).first()).toBeVisible()
      await shot(page, 'timeline')
      await page.goto('/tasks/OPS/workload')
      await expect(page.getByRole('table')).toBeVisible()
      await shot(page, 'workload')
      await page.goto('/tasks')
      await expect(page.getByRole('heading', { name: /Upcoming/ })).toBeVisible()
      await shot(page, 'my-tasks')
      await page.goto('/task/OPS-9')
      await expect(page.getByText('nothing behind the curtain')).toBeVisible()
      await shot(page, 'task')
      await page.context().close()
    })

    test(`chat, ${size}, ${colorScheme}`, async ({ browser }) => {
      const present = await Promise.all(
        ['Mia', 'Bob', 'Yuki'].map((name) =>
          signedIn(browser, hearth, studio.people[name]!, '/chat/launch-week'),
        ),
      )
      for (const each of present) await expect(composer(each)).toBeVisible()
      const page = await signedIn(browser, hearth, studio.ann, '/settings/profile', as)
      // What is new on one picture is new on the next as well.
      await page.route(/\/read$/, (route) => route.abort())
      await page.goto('/chat/launch-week')
      await expect(row(page, 'Omar').last()).toBeVisible()
      await composer(page).fill('Looks right to me, sending the final PDF now')
      if (size === 'desktop') await row(page, 'venue moved').hover()
      await present[1]!.bringToFront()
      await composer(present[1]!).pressSequentially('One mo')
      await expect(page.getByText('Bob is typing…')).toBeVisible()
      await shot(page, 'chat')
      await composer(present[1]!).fill('')
      await composer(page).fill('')

      if (size === 'desktop') await composer(page).hover()
      await row(page, 'venue moved')
        .getByRole('link', { name: /\d replies/ })
        .click()
      await expect(page.getByRole('complementary', { name: 'Thread' }).getByText('van comes')).toBeVisible()
      await shot(page, 'thread')
      for (const screen of ['threads', 'mentions']) {
        await page.goto(`/${screen}`)
        await expect(page.getByText('van comes')).toBeVisible()
        await shot(page, screen)
      }

      await page.goto('/dm/tomas')
      await expect(row(page, 'Omar')).toBeVisible()
      await shot(page, 'direct')
      await page.goto('/unreads')
      await expect(page.getByRole('heading', { name: 'workshop' })).toBeVisible()
      await shot(page, 'unreads')
      await page.goto('/drafts')
      await expect(page.getByText('The rota for Saturday')).toBeVisible()
      await shot(page, 'drafts')
      await page.goto('/scheduled')
      await expect(page.getByText('doors open at six')).toBeVisible()
      await shot(page, 'scheduled')
      await page.goto('/reminders')
      await expect(page.getByText('Water the plants')).toBeVisible()
      await shot(page, 'reminders')
      await page.goto('/chat/launch-week')
      await expect(page.getByRole('button', { name: /^On the stairs/ })).toBeVisible()
      await shot(page, 'poll')
      await composer(page).fill('Doors are open')
      await page.getByRole('button', { name: 'Send later' }).click()
      await expect(page.getByRole('dialog', { name: 'Send later' })).toBeVisible()
      await shot(page, 'send-later')
      await page.keyboard.press('Escape')
      await composer(page).fill('')
      await page.goto('/saved')
      await expect(page.getByText('Insurance for the evening')).toBeVisible()
      await shot(page, 'saved')
      await page.goto('/search?q=van')
      await expect(page.getByRole('main').getByRole('article').first()).toBeVisible()
      await shot(page, 'search')
      await page.goto('/chat/retrospective')
      await expect(composer(page)).toBeVisible()
      await shot(page, 'empty-channel')
      if (size === 'phone') {
        await page.goto('/chat')
        await expect(page.getByRole('link', { name: /launch-week/ })).toBeVisible()
        await shot(page, 'conversations')
      }
      for (const each of [...present, page]) await each.context().close()
    })

    test(`files, ${size}, ${colorScheme}`, async ({ browser }) => {
      const page = await signedIn(browser, hearth, studio.ann, '/chat/venue', as)
      await expect(page.getByRole('button', { name: /^Open picture/ })).toHaveCount(2)
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles([
          { name: 'floor-plan.png', mimeType: 'image/png', buffer: photo(800, 600, 120) },
          { name: 'fire-exits.txt', mimeType: 'text/plain', buffer: Buffer.from('North and west.\n') },
        ])
      const chosen = page.getByRole('list', { name: 'Files to be sent' }).getByRole('listitem')
      await expect(chosen).toHaveCount(2)
      await shot(page, 'attached')
      await page.getByRole('button', { name: 'Open picture hall-from-the-door.png' }).click()
      await expect(page.getByRole('dialog').getByRole('img')).toBeVisible()
      await shot(page, 'picture')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Look into stands.csv' }).click()
      await expect(page.getByRole('dialog')).toContainText('Yuki')
      await shot(page, 'text-file')
      await page.keyboard.press('Escape')
      await page.goto('/files')
      await expect(page.getByText('stands.csv')).toBeVisible()
      await shot(page, 'files')
      await page.context().close()
    })

    test(`dialogs, ${size}, ${colorScheme}`, async ({ browser }) => {
      const page = await signedIn(browser, hearth, studio.ann, '/chat/launch-week', as)
      await expect(row(page, 'Omar').last()).toBeVisible()
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused()
      await page.keyboard.type('to')
      await shot(page, 'palette')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
      await page.getByRole('button', { name: /\d+ members/ }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await shot(page, 'members')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
      await page.getByRole('button', { name: 'More about this conversation' }).click()
      await expect(page.getByRole('menuitemradio', { name: /^As usual/ })).toBeVisible()
      await shot(page, 'levels')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: '3 pinned messages' }).click()
      await expect(page.getByRole('dialog').getByText('Run sheet is in the folder')).toBeVisible()
      await shot(page, 'pinned')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
      if (size === 'phone') await composer(page).focus()
      await page.getByRole('button', { name: 'Emoji', exact: true }).click()
      await expect(page.getByRole('gridcell').first()).toBeVisible()
      await shot(page, 'emoji')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
      if (size === 'phone') await page.goto('/chat')
      await page.getByRole('button', { name: 'Northlight Studio' }).click()
      await page.getByRole('menuitem', { name: 'Browse channels' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await shot(page, 'channels')
      await page.keyboard.press('Escape')
      if (size === 'desktop') {
        await composer(page).blur()
        await page.keyboard.press('Shift+Slash')
        await expect(page.getByRole('dialog')).toBeVisible()
        await shot(page, 'shortcuts')
      }
      await page.context().close()
    })

    test(`settings, ${size}, ${colorScheme}`, async ({ browser }) => {
      const page = await signedIn(browser, hearth, studio.ann, '/settings', as)
      await studio.ann.api.patch('/users/me/notifications', {
        quiet: true,
        quietDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
        quietFrom: 18 * 60 + 30,
        quietTo: 8 * 60,
        timeZone: 'Europe/Vienna',
      })
      await studio.ann.api.patch('/admin/mail', {
        server: 'smtp.northlight.example',
        user: 'hearth@northlight.example',
        password: 'made up for the picture',
        from: 'hearth@northlight.example',
      })
      await studio.ann.api.patch(`/users/${studio.ann.id}`, { email: 'ann@northlight.example' })
      for (const [name, level, muted] of [
        ['launch-week', 'everything', false],
        ['random', 'nothing', true],
      ] as const) {
        const { id } = await channelNamed(studio.ann, name)
        await studio.ann.api.put(`/channels/${id}/notifications`, { level, muted })
      }
      for (const screen of ['profile', 'appearance', 'notifications', 'security', 'sessions']) {
        await page.goto(`/settings/${screen}`)
        await expect(heading(page)).toBeVisible()
        await shot(page, screen === 'security' ? 'two-factor' : screen)
        if (screen !== 'notifications') continue
        await page.getByRole('radio', { name: 'Once a day' }).scrollIntoViewIfNeeded()
        await shot(page, 'notifications-mail')
      }
      for (const screen of [
        '',
        'team',
        'people',
        'invites',
        'security',
        'encryption',
        'mail',
        'integrations',
        'backups',
        'import',
        'export',
        'audit',
        'logs',
        'jobs',
      ]) {
        await page.goto(`/admin/${screen}`)
        await expect(heading(page)).toBeVisible()
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
        await shot(page, screen || 'overview')
      }
      await page.goto(`/admin/people/${studio.people['Mia']!.id}`)
      await expect(heading(page)).toHaveText(studio.people['Mia']!.name)
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
      await shot(page, 'person')
      if (size === 'phone') {
        await page.goto('/settings')
        await expect(heading(page)).toBeVisible()
        await shot(page, 'settings')
      }
      await page.context().close()
    })

    test(`offline, ${size}, ${colorScheme}`, async ({ browser }) => {
      const page = await signedIn(browser, hearth, studio.people['Omar']!, '/chat/random', as)
      await expect(row(page, '🍋')).toBeVisible()
      await page.context().setOffline(true)
      await send(page, 'Is there cake left? I am in the cellar.')
      await expect(offlineBanner(page)).toBeVisible({ timeout: 20_000 })
      await shot(page, 'offline')
      await page.getByRole('button', { name: 'Discard' }).click()
      await page.context().close()
    })
  }
}
