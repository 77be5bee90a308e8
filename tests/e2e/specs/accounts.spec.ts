import { composer, freshBrowser, row, send, sidebar, signIn, signedIn } from '../support/screens.ts'
import { PASSWORD, inviteCode, makeChannel } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('signing in says what is wrong, and leads where one wanted to go', async ({ browser }) => {
  await makeChannel(hub.ann, 'wanted', [hub.bob])
  const page = await (await freshBrowser(browser, hub.hearth)).newPage()
  await page.goto('/chat/wanted')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await page.getByLabel('User name or e-mail').fill('bob')
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('The name or the password is wrong.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/chat\/wanted$/)
  await expect(composer(page)).toBeVisible()
})

test('an invite that is used up leads nobody in', async ({ browser }) => {
  const code = await inviteCode(hub.ann)
  const join = async (name: string) => {
    const page = await (await freshBrowser(browser, hub.hearth)).newPage()
    await page.goto(`/join/${code}`)
    await page.getByLabel('Your name').fill(name)
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    return page
  }
  const first = await join('Carla')
  const second = await join('Dora')
  await first.getByRole('button', { name: 'Join' }).click()
  await expect(composer(first)).toBeVisible()
  await second.getByRole('button', { name: 'Join' }).click()
  await expect(second.getByRole('heading', { name: 'This invite is over' })).toBeVisible()
})

test('a new name is on the other screen at once', async ({ browser }) => {
  const ann = await signedIn(browser, hub.hearth, hub.ann, '/chat/general')
  await send(ann, 'Who am I?')
  const bob = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  await expect(row(bob, 'Who am I?')).toContainText('Ann')
  await ann.goto('/settings/profile')
  await ann.getByRole('textbox', { name: 'Name', exact: true }).fill('Annabel')
  await ann.getByRole('button', { name: 'Save' }).click()
  await expect(row(bob, 'Who am I?')).toContainText('Annabel')
  await expect(sidebar(bob).getByRole('link', { name: /Annabel/ })).toBeVisible()
})

test('a session ended on one device ends on the other', async ({ browser }) => {
  const phone = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  await expect(composer(phone)).toBeVisible()
  const context = await freshBrowser(browser, hub.hearth)
  await signIn(context, hub.hearth, hub.bob)
  const desk = await context.newPage()
  await desk.goto('/settings/sessions')
  await expect(desk.getByText('This device')).toBeVisible()
  await desk.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await desk.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(phone.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expect(desk.getByText('You are not signed in anywhere else.')).toBeVisible()
})

test('the palette signs out', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.bob, '/chat/general')
  await expect(composer(page)).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('sign out')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await page.goto('/chat/general')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
})
