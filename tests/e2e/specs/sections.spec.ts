import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { composer, conversation, phone, sidebar, signedIn } from '../support/screens.ts'
import { makeChannel, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

const section = (page: Page, name: string) => sidebar(page).getByRole('region', { name })

async function act(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: 'More about this conversation' }).click()
  await page.getByRole('menuitem', { name }).click()
}

test('a conversation is sorted by its menu, on all screens of its owner and on no other', async ({
  browser,
}) => {
  const kiln = await makeChannel(hub.ann, 'kiln', [hub.bob])
  const glaze = await makeChannel(hub.ann, 'glaze', [hub.bob])
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/chat/kiln')
  const other = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  await expect(composer(bob)).toBeVisible()
  await act(bob, 'Add to favourites')
  for (const page of [bob, other]) {
    await expect(section(page, 'Favourites').getByRole('link', { name: 'kiln' })).toBeVisible()
    await expect(section(page, 'Channels').getByRole('link', { name: 'kiln' })).toHaveCount(0)
  }

  // A section is made from the menu of the channel that goes into it, by keyboard alone.
  await bob.goto(`/chat/${glaze.name}`)
  await expect(composer(bob)).toBeVisible()
  await act(bob, 'Move to a section…')
  await bob.getByRole('dialog').getByRole('button', { name: 'New section' }).press('Enter')
  await bob.getByRole('textbox', { name: 'Name' }).fill('Workshop')
  await bob.keyboard.press('Enter')
  await expect(section(bob, 'Workshop').getByRole('link', { name: 'glaze' })).toBeVisible()
  await expect(section(other, 'Workshop').getByRole('link', { name: 'glaze' })).toBeVisible()

  // What waits still shows when the section is folded away, and that stays after a reload.
  await other.getByRole('button', { name: 'Workshop', exact: true }).click()
  await expect(section(other, 'Workshop').getByRole('link', { name: 'glaze' })).toHaveCount(0)
  await other.reload()
  await expect(section(other, 'Workshop')).toBeVisible()
  await expect(section(other, 'Workshop').getByRole('link', { name: 'glaze' })).toHaveCount(0)
  await bob.goto('/unreads')
  await say(hub.ann, glaze, 'The blue one is empty')
  await expect(section(other, 'Workshop').getByRole('link', { name: /glaze/ })).toContainText('1')

  await section(bob, 'Workshop').getByRole('button', { name: 'Section Workshop' }).click()
  await bob.getByRole('menuitem', { name: 'Remove the section' }).click()
  await expect(section(bob, 'Workshop')).toHaveCount(0)
  await expect(section(bob, 'Channels').getByRole('link', { name: /glaze/ })).toBeVisible()
  await bob.getByRole('button', { name: 'Undo' }).click()
  await expect(section(bob, 'Workshop').getByRole('link', { name: /glaze/ })).toBeVisible()

  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${kiln.name}`)
  await expect(conversation(ann, 'kiln')).toBeVisible()
  await expect(section(ann, 'Favourites')).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in a sorted side bar, ${colorScheme}`, async ({ browser }) => {
    const place = await makeChannel(hub.ann, `sorted-${colorScheme}`)
    await hub.ann.api.put(`/channels/${place.id}/section`, { section: 'favourites' })
    for (const options of [{ colorScheme }, { colorScheme, ...phone }]) {
      const page = await signedIn(browser, hub.hearth, hub.ann, '/chat', options)
      await expect(section(page, 'Favourites')).toBeVisible()
      const found = await new AxeBuilder({ page }).analyze()
      expect(found.violations).toEqual([])
    }
  })
}
