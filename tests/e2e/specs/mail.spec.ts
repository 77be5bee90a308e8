import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join as path } from 'node:path'
import { Post } from '../support/post.ts'
import { freshBrowser, heading, phone, signedIn } from '../support/screens.ts'
import { type Person, join } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()
let post: Post

test.beforeAll(async () => {
  post = await Post.open()
})
test.afterAll(() => post.end())

/** The link that stands in somebody's mails, as the hub signs it. */
async function link(person: Person): Promise<string> {
  const [key] = JSON.parse(await readFile(path(hub.hearth.folder, 'data/keys.json'), 'utf8')) as {
    id: string
    secret: string
  }[]
  if (!key) throw new Error('the hub has no key')
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const words = `${part({ typ: 'JWT', alg: 'HS256', kid: key.id })}.${part({ sub: person.id, use: 'unsubscribe' })}`
  return `/unsubscribe/${words}.${createHmac('sha256', key.secret).update(words).digest('base64url')}`
}

async function setUp(): Promise<void> {
  await hub.ann.api.patch('/admin/mail', {
    server: '127.0.0.1',
    port: post.port,
    security: 'none',
    from: 'hub@example.org',
  })
}

test('an admin sets mail up and sees what the server says to a test', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/mail')
  await expect(page.getByText('Save a server and an address first.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Server' }).fill('127.0.0.1')
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(page.getByText('Enter the address that mail comes from')).toBeVisible()
  await page.getByRole('textbox', { name: 'Mail comes from' }).fill('hub@example.org')
  await page.getByRole('textbox', { name: 'Port' }).fill('0')
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(page.getByText('Enter a number from 1 to 65535')).toBeVisible()
  await page.getByRole('textbox', { name: 'Port' }).fill(String(post.port))
  await page.getByRole('radio', { name: 'None' }).click()
  await expect(page.getByText('Without protection everybody on the way')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)

  const to = page.getByRole('textbox', { name: 'To', exact: true })
  await to.fill('ann@example.org')
  await page.getByRole('button', { name: 'Send a test' }).press('Enter')
  await expect(page.getByText('The server took the mail.')).toBeVisible()
  await expect(page.getByText(/queued as T1/)).toBeVisible()
  expect(post.mails.at(-1)).toContain('Subject: Mail from Northlight Studio works')
  await to.fill('nobody@example.org')
  await page.getByRole('button', { name: 'Send a test' }).press('Enter')
  await expect(page.getByText('The mail did not leave.')).toBeVisible()
  await expect(page.getByText(/no such mailbox/)).toBeVisible()

  // A password is typed, kept, and not shown again.
  await page.getByRole('textbox', { name: 'User name' }).fill('hub')
  await page.getByLabel('Password', { exact: true }).fill('s3cret of the post')
  await expect(page.getByText('Save your changes first.')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('One is kept. Type another to replace it.')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'User name' })).toHaveValue('hub')
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
  expect(await page.content()).not.toContain('s3cret')
  await hub.ann.api.patch('/admin/mail', { user: null, password: null })
})

test('mail is not for members', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.bob, '/admin/mail')
  await expect(page.getByRole('heading', { name: 'Not for your role' })).toBeVisible()
})

test('everybody chooses how often, on every device', async ({ browser }) => {
  const cyd = await join(hub.hearth, hub.ann, 'Cyd')
  await hub.ann.api.patch('/admin/mail', { server: null })
  const page = await signedIn(browser, hub.hearth, cyd, '/settings/notifications')
  await expect(page.getByText('Hearth sends no mail here yet.')).toBeVisible()
  await setUp()
  await page.reload()
  await expect(page.getByText('Your profile has no e-mail address yet')).toBeVisible()
  await cyd.api.patch(`/users/${cyd.id}`, { email: 'cyd@example.org' })
  await page.reload()
  await expect(page.getByText('Goes to cyd@example.org.')).toBeVisible()
  await expect(page.getByRole('radio', { name: 'After an hour' })).toBeChecked()

  const other = await signedIn(browser, hub.hearth, cyd, '/settings/notifications', phone)
  await page.getByRole('radio', { name: 'Once a day' }).click()
  await page.getByLabel('At', { exact: true }).press('Enter')
  await page.getByRole('option', { name: '18:00' }).click()
  await expect(other.getByRole('radio', { name: 'Once a day' })).toBeChecked()
  await expect(other.getByLabel('At', { exact: true })).toContainText('18:00')
  await page.getByRole('radio', { name: 'Never' }).click()
  await expect(other.getByRole('radio', { name: 'Never' })).toBeChecked()
  await expect(other.getByLabel('At', { exact: true })).toHaveCount(0)
})

test('the link of a mail ends them without signing in', async ({ browser }) => {
  await setUp()
  const dee = await join(hub.hearth, hub.ann, 'Dee')
  await dee.api.patch(`/users/${dee.id}`, { email: 'dee@example.org' })
  const page = await (await freshBrowser(browser, hub.hearth, phone)).newPage()
  await page.goto(await link(dee))
  await expect(heading(page)).toHaveText('No more mails?')
  await expect(page.getByText('d…@example.org')).toBeVisible()
  const wishes = () => dee.api.get<{ data: { digest: string } }>('/users/me/notifications')
  expect((await wishes()).data.digest).toBe('hourly')
  await page.getByRole('button', { name: 'Send me no more' }).click()
  await expect(heading(page)).toHaveText('No more mails')
  expect((await wishes()).data.digest).toBe('never')
  await page.reload()
  await expect(heading(page)).toHaveText('No more mails')
  await page.goto('/unsubscribe/nonsense')
  await expect(heading(page)).toHaveText('This link does not work')
})
