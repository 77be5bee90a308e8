import { expect, test } from '@playwright/test'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join as path } from 'node:path'
import { App, freePort, HEARTH } from '../support/app.ts'
import { Desk } from '../support/desk.ts'
import { foundTeam } from '../support/people.ts'

let desk: Desk
let app: App | undefined

test.beforeEach(async () => {
  desk = await Desk.set()
})

test.afterEach(async () => {
  await app?.end()
  app = undefined
  await desk.clear()
})

const SWITCHES = ['WEBKIT_DISABLE_DMABUF_RENDERER=1', 'WEBKIT_DISABLE_COMPOSITING_MODE=1']

test('nothing is made before somebody chooses to start a team', async () => {
  app = await App.start(desk)
  await app.launcher()
  await app.find('heading', 'Welcome to Hearth')
  await expect(stat(app.data)).rejects.toThrow('ENOENT')
  expect(await app.answersHealth()).toBe(false)
  await desk.close(/Welcome/)
  await app.ended()
})

test('the switch for computers that draw nothing is set, and draws', async () => {
  app = await App.start(desk, { parameters: ['--safe-graphics'] })
  await app.launcher()
  await app.find('heading', 'Welcome to Hearth')
  expect(await app.environment()).toEqual(expect.arrayContaining(SWITCHES))
})

test('a start that never drew is followed by one that does without the card, and that by an ordinary one', async () => {
  const config = path(desk.home, '.config/team.hearth.desktop')
  await mkdir(config, { recursive: true })
  await writeFile(path(config, 'drawing'), '')
  app = await App.start(desk)
  await app.launcher()
  await app.find('heading', 'Welcome to Hearth')
  expect(await app.environment()).toEqual(expect.arrayContaining(SWITCHES))
  await expect(stat(path(config, 'drawing'))).rejects.toThrow('ENOENT')
  await app.end()
  app = await App.start(desk)
  await app.launcher()
  await app.find('heading', 'Welcome to Hearth')
  const environment = await app.environment()
  for (const line of SWITCHES) expect(environment).not.toContain(line)
})

test('what keeps the hub from starting is said, and tried again once it is mended', async () => {
  const data = path(desk.home, 'data')
  await mkdir(path(data, 'database'), { recursive: true })
  await writeFile(path(data, 'hearth.toml'), 'lisen = "127.0.0.1:1"\n')
  app = await App.start(desk, { data })
  await app.launcher()
  await app.find('heading', 'Hearth could not start')
  await app.find('text', 'hearth.toml')
  await writeFile(path(data, 'hearth.toml'), '')
  await app.press('Try again')
  await app.hub()
  await app.find('heading', 'Start your team')
})

test('a team on another computer is opened by its address, as a website, and remembered', async () => {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const server = desk.run(HEARTH, [
    'serve',
    '--data',
    path(desk.home, 'other'),
    '--listen',
    `127.0.0.1:${port}`,
  ])
  await desk.until(async () => (await fetch(`${base}/api/v1/health`).catch(() => undefined))?.ok === true)
  await foundTeam(base, 'Makerspace Süd')

  app = await App.start(desk)
  await app.launcher()
  await app.press('Join a team nearby')
  await app.fill('Address', 'not an address')
  await app.press('Open the team')
  await app.find('text', 'That is not an address')
  await app.fill('Address', '127.0.0.1:1')
  await app.press('Open the team')
  await app.find('text', 'Nothing answers at that address')
  await app.fill('Address', `127.0.0.1:${port}`)
  await app.press('Open the team')
  await app.to(new RegExp(`^${base}/`))
  await app.find('heading', 'Makerspace Süd')
  const refused = await app.browser.executeAsyncScript<string>(`
    const done = arguments[arguments.length - 1]
    window.__TAURI_INTERNALS__?.invoke('quit').then(() => done('ALLOWED'), () => done('refused')) ?? done('no way')
    setTimeout(() => done('no answer'), 3000)
  `)
  expect(refused).not.toBe('ALLOWED')
  await app.end()

  app = await App.start(desk)
  await app.launcher()
  await app.find('text', 'Makerspace Süd')
  server.kill('SIGTERM')
  await desk.until(async () => server.exitCode !== null)
  await app.press('Open Makerspace Süd')
  await app.find('text', 'Nothing answers at that address')
  await app.press('Forget Makerspace Süd')
  await desk.until(async () => (await app!.browser.getPageSource()).includes('Makerspace') === false)
})
