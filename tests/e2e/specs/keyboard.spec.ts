import { composer, conversation, heading, row, send, signedIn } from '../support/screens.ts'
import { makeChannel } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('the palette goes to a channel and to a person', async ({ browser }) => {
  await makeChannel(hub.ann, 'workshop', [hub.bob])
  const page = await signedIn(browser, hub.hearth, hub.ann, '/chat/general')
  await expect(composer(page)).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused()
  await page.keyboard.type('works')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/chat\/workshop$/)
  await expect(heading(page)).toContainText('workshop')

  await page.keyboard.press('Control+k')
  await page.keyboard.type('bob')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/dm\/bob$/)
})

test('what is typed before a slow line has brought the palette is meant for it', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/chat/general')
  await expect(composer(page)).toBeVisible()
  let late: (() => void) | undefined
  const line = new Promise<void>((arrived) => (late = arrived))
  await page.route('**/_app/immutable/**', async (route) => {
    await line
    await route.continue()
  })
  await composer(page).focus()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('gener')
  late?.()
  await expect(page.getByRole('dialog').getByRole('combobox')).toHaveValue('gener')
  await page.keyboard.type('al')
  await expect(page.getByRole('dialog').getByRole('combobox')).toHaveValue('general')
  await page.keyboard.press('Escape')
  await expect(composer(page)).toHaveValue('')
  await expect(composer(page)).toBeFocused()
})

test('the palette switches the theme and closes with Esc', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/chat/general', { colorScheme: 'light' })
  await expect(composer(page)).toBeVisible()
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color)
  const light = await ink()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('dark')
  await page.keyboard.press('Enter')
  await expect.poll(ink).not.toBe(light)
  await page.reload()
  await expect(composer(page)).toBeVisible()
  expect(await ink()).not.toBe(light)

  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('Alt and the arrows walk through the conversations', async ({ browser }) => {
  await makeChannel(hub.ann, 'aardvark')
  const page = await signedIn(browser, hub.hearth, hub.ann, '/chat/aardvark')
  await expect(conversation(page, 'general')).toBeVisible()
  await expect(heading(page)).toContainText('aardvark')
  await page.keyboard.press('Alt+ArrowDown')
  await expect(heading(page)).not.toContainText('aardvark')
  await page.keyboard.press('Alt+ArrowUp')
  await expect(heading(page)).toContainText('aardvark')
})

test('Up edits the last message, Esc gives it up, a draft is kept', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'typing', [hub.bob])
  const page = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  await send(page, 'As it was')
  await expect(row(page, 'As it was')).toBeVisible()
  await composer(page).press('ArrowUp')
  const editing = page.getByRole('textbox', { name: /edit/i })
  await expect(editing).toBeFocused()
  await editing.fill('Never saved')
  await editing.press('Escape')
  await expect(row(page, 'As it was')).toBeVisible()
  await expect(composer(page)).toBeFocused()

  await page.keyboard.type('A draft')
  await page.keyboard.press('Alt+ArrowDown')
  await expect(heading(page)).not.toContainText('typing')
  await page.goto(`/chat/${channel.name}`)
  await expect(composer(page)).toHaveValue('A draft')
})

test('? shows the shortcuts, but not while typing', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/chat/general')
  await composer(page).press('?')
  await expect(composer(page)).toHaveValue('?')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await composer(page).fill('')
  await composer(page).blur()
  await page.keyboard.press('Shift+Slash')
  await expect(page.getByRole('dialog')).toContainText('Ctrl')
})
