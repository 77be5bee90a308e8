import { resolve } from 'node:path'
import { type Page, expect, test } from '@playwright/test'
import { Hearth } from '../support/hearth.ts'
import { composer, freshBrowser, phone, row, signedIn } from '../support/screens.ts'
import { type Person, inviteCode } from '../support/team.ts'
import { type Studio, seedStudio } from './seed.ts'

const folder = resolve(import.meta.dirname, '../../../assets/screenshots')
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
    })
  }
}

test('the studio moves in', async () => {
  studio = await seedStudio(hearth)
})

for (const [size, options] of Object.entries(sizes)) {
  for (const colorScheme of themes) {
    const as = { ...options, colorScheme }
    const name = (screen: string) => `${screen}-${size}-${colorScheme}`

    test(`join and sign in, ${size}, ${colorScheme}`, async ({ browser }) => {
      const page = await (await freshBrowser(browser, hearth, as)).newPage()
      await page.goto(`/join/${await inviteCode(studio.ann)}`)
      await page.getByLabel('Your name').fill('Clara Lindqvist')
      await take(page, name('join'))
      await page.goto('/sign-in')
      await take(page, name('sign-in'))
    })

    test(`chat, ${size}, ${colorScheme}`, async ({ browser }) => {
      const others = ['Mia', 'Bob', 'Yuki'].map((each) => studio.people[each]) as Person[]
      const present = await Promise.all(
        others.map((other) => signedIn(browser, hearth, other, '/chat/launch-week')),
      )
      const page = await signedIn(browser, hearth, studio.ann, '/chat/launch-week', as)
      await expect(row(page, 'Omar').last()).toBeVisible()
      await composer(page).fill('Looks right to me, sending the final PDF now')
      if (present[1]) await composer(present[1]).pressSequentially('One mo')
      await take(page, name('chat'))
      await composer(page).fill('')
      if (size === 'phone') {
        await page.goto('/chat')
        await take(page, name('conversations'))
      } else {
        await page.keyboard.press('Control+k')
        await page.keyboard.type('to')
        await take(page, name('palette'))
        await page.keyboard.press('Escape')
      }
      await page.goto('/settings')
      await take(page, name('settings'))
      for (const each of [...present, page]) await each.context().close()
    })
  }
}

/** A picture of what is on the screen once it is at rest. */
async function take(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => {})
  await page.evaluate(() => document.fonts.ready)
  // Motion takes at most 180 ms; skeletons and tooltips have had their time as well.
  await page.waitForTimeout(700)
  await page.screenshot({ path: resolve(folder, `${name}.png`), caret: 'hide' })
}
