import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
  expect,
} from '@playwright/test'
import type { Hearth } from './hearth.ts'
import { PASSWORD, type Person } from './team.ts'

/** The screens as people find their way in them: by role and name. */

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const

export interface Opening extends BrowserContextOptions {
  /** The address they use. Two addresses are two cookie jars. */
  host?: 'localhost' | '127.0.0.1'
}

const opened: BrowserContext[] = []
const errors: Error[] = []

/** Ends every browser that a test opened. An error that no page caught fails the test. */
export async function closeBrowsers(): Promise<void> {
  await Promise.all(opened.splice(0).map((context) => context.close()))
  const uncaught = errors.splice(0)
  expect(uncaught.map((error) => error.stack ?? error.message)).toEqual([])
}

/** A fresh browser that nobody is signed in with. Errors in the page fail the test. */
export async function freshBrowser(
  browser: Browser,
  hearth: Hearth,
  opening: Opening = {},
): Promise<BrowserContext> {
  const { host, ...options } = opening
  const context = await browser.newContext({ ...options, baseURL: hearth.url(host) })
  opened.push(context)
  context.on('weberror', (event) => {
    const error = event.error()
    // What a page would like to have early, it may do without while there is no network.
    if (!/preload CSS|dynamically imported module/.test(error.message)) errors.push(error)
  })
  return context
}

/** Somebody's own browser, signed in and on a path. */
export async function signedIn(
  browser: Browser,
  hearth: Hearth,
  person: Person,
  path = '/chat',
  opening: Opening = {},
): Promise<Page> {
  const context = await freshBrowser(browser, hearth, opening)
  await signIn(context, hearth, person, opening.host)
  const page = await context.newPage()
  await page.goto(path)
  return page
}

/** Puts a session's cookie into a browser. */
export async function signIn(
  context: BrowserContext,
  hearth: Hearth,
  person: Person,
  host?: Opening['host'],
): Promise<void> {
  const answer = await context.request.post('/api/v1/auth/login', {
    headers: { origin: hearth.url(host) },
    data: { email: person.username, password: PASSWORD, session: 'cookie' },
  })
  expect(answer.status(), await answer.text()).toBe(200)
}

export const composer = (page: Page): Locator => page.getByRole('textbox', { name: /^Message / })
export const history = (page: Page): Locator => page.getByRole('feed')
/** Messages that the server has, as opposed to those on their way. */
export const rows = (page: Page): Locator => history(page).getByRole('article', { name: /^Message from/ })
/** A message by what it says. */
export const row = (page: Page, text: string | RegExp): Locator => rows(page).filter({ hasText: text })
export const heading = (page: Page): Locator => page.getByRole('heading', { level: 1 })
export const sidebar = (page: Page): Locator => page.getByRole('navigation', { name: 'Conversations' })
/** A conversation in the sidebar. */
export const conversation = (page: Page, name: string): Locator =>
  sidebar(page).getByRole('link', { name: new RegExp(`\\b${name}\\b`) })
export const offlineBanner = (page: Page): Locator => page.getByText(/Reconnecting/)

export async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  // On a touch screen Enter begins a line.
  if ((page.viewportSize()?.width ?? 0) <= phone.viewport.width)
    await page.getByRole('button', { name: 'Send', exact: true }).click()
  else await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue('')
}

/** Marks the page, so that a reload, which would lose the mark, is noticed. */
export async function markPage(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(globalThis, { stillTheSamePage: true }))
}

export async function expectNoReload(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'stillTheSamePage' in globalThis), 'the page was reloaded').toBe(true)
}
