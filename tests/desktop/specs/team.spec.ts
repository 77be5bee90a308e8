import { expect, test } from '@playwright/test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { App, HEARTH, PROGRAM } from '../support/app.ts'
import { Desk } from '../support/desk.ts'
import { Panel } from '../support/panel.ts'
import { connect, join, PASSWORD, say, signIn } from '../support/people.ts'

let desk: Desk
let panel: Panel
let app: App

test.beforeEach(async () => {
  desk = await Desk.set()
})

test.afterEach(async () => {
  await app?.end()
  panel?.leave()
  await desk.clear()
})

async function startTeam(): Promise<string> {
  const base = `http://127.0.0.1:${app.port}`
  await app.launcher()
  await app.find('heading', 'Welcome to Hearth')
  await app.press('Start a team here')
  await app.hub()
  await app.find('heading', 'Start your team')
  await app.fill('Team name', 'Northlight Studio')
  await app.fill('Your name', 'Ann')
  await app.fill('Password', PASSWORD)
  await app.press('Start the team')
  await app.find('heading', 'general')
  return base
}

test('a team is started, a teammate is heard, the closed window leaves the hub running, and it quits cleanly', async () => {
  panel = await Panel.at(desk, { icons: true })
  app = await App.start(desk)
  const base = await startTeam()
  // The launcher made place for the hub.
  await desk.until(async () => (await desk.windows()).size === 1)

  const ann = await signIn(base, 'ann')
  const bob = await join(base, ann, 'Bob')
  await say(bob, 'Hello from the second client')
  await app.find('text', 'Hello from the second client')

  await desk.until(async () => panel.icons === 1)
  await desk.until(async () => (await panel.menu())[0]?.label === 'Northlight Studio: nobody else online')
  await desk.close(/Northlight Studio/)
  await desk.until(async () => (await desk.windows()).size === 0)
  expect(await app.answersHealth()).toBe(true)
  await desk.until(async () => panel.notifications.length === 1)
  expect(panel.notifications[0]?.title).toBe('Hearth keeps running')

  // The page is gone, and what concerns Ann is said all the same; what does not is not.
  await say(bob, 'This is for nobody in particular')
  await say(bob, 'Are you there, @ann?')
  await desk.until(async () => panel.notifications.length === 2)
  expect(panel.notifications[1]).toEqual({ title: 'Bob in #general', text: 'Are you there, @ann?' })

  const sockets = await Promise.all(Array.from({ length: 50 }, () => connect(base, bob)))
  await desk.until(async () => (await panel.menu())[0]?.label === 'Northlight Studio: 1 other person online')
  await panel.choose('Quit Hearth')
  // Somebody is online: it is asked first, and no is an answer.
  await desk.until(async () => [...(await desk.windows()).values()].includes('Quit Hearth? · Hearth'))
  expect(await app.answersHealth()).toBe(true)
  await desk.close(/Quit Hearth/)
  await desk.until(async () => (await desk.windows()).size === 0)
  expect(await app.answersHealth()).toBe(true)

  await panel.choose('Open Hearth')
  await desk.until(async () =>
    [...(await desk.windows()).values()].some((title) => /Northlight Studio/.test(title)),
  )
  await panel.choose('Quit Hearth')
  await desk.until(async () => [...(await desk.windows()).values()].includes('Quit Hearth? · Hearth'))
  const codes = sockets.map((socket) => once(socket, 'close').then(([code]) => code as number))
  const start = Date.now()
  // The keyboard is on the answer that loses nothing; the other is one step away.
  await desk.key('Tab', 'Return')
  await app.ended(5_000)
  expect(Date.now() - start).toBeLessThan(5_000)
  expect(new Set(await Promise.all(codes))).toEqual(new Set([1012]))

  // The directory is free, and everything that was said is there.
  const server = desk.run(HEARTH, ['serve', '--data', app.data, '--listen', `127.0.0.1:${app.port}`])
  await desk.until(() => app.answersHealth())
  await signIn(base, 'bob')
  server.kill('SIGTERM')
})

test('the hub’s page can call nothing and stays where it is', async () => {
  app = await App.start(desk)
  await startTeam()
  const refused = await app.browser.executeAsyncScript<string>(`
    const done = arguments[arguments.length - 1]
    const tauri = window.__TAURI_INTERNALS__
    if (!tauri) done('there is no way to call')
    else Promise.all(['quit', 'start_team', 'plugin:event|listen'].map((name) =>
      tauri.invoke(name, { event: 'view', target: { kind: 'Any' }, handler: 1 }).then(() => 'ALLOWED ' + name, () => 'refused')))
      .then((all) => done(all.join()), (error) => done(String(error)))
    setTimeout(() => done('no answer'), 3000)
  `)
  expect(refused).not.toContain('ALLOWED')
  expect(await app.answersHealth()).toBe(true)

  await app.browser.executeScript(`location.href = 'https://example.org/'`)
  await app.browser.executeScript(`window.open('https://example.org/')`)
  await app.browser.executeScript(`location.href = 'file:///etc/passwd'`)
  await app.find('heading', 'general')
  expect(new URL(await app.browser.getCurrentUrl()).port).toBe(String(app.port))
  expect((await desk.windows()).size).toBe(1)
})

test('a second start brings the first to the front', async () => {
  app = await App.start(desk)
  await startTeam()
  const second = desk.run(PROGRAM, ['--data', app.data])
  const [code] = (await once(second, 'exit')) as [number | null]
  expect(code).toBe(0)
  expect(app.isRunning()).toBe(true)
  await desk.until(async () => /Northlight Studio/.test(await desk.active()))
  expect((await desk.windows()).size).toBe(1)
})

test('a directory that another program has is said, and can be tried again', async () => {
  const data = `${desk.home}/data`
  const server = desk.run(HEARTH, ['serve', '--data', data, '--listen', '127.0.0.1:0'])
  await desk.until(async () => server.stdout !== null && (await once(server.stdout, 'data')).length > 0)
  app = await App.start(desk, { data })
  await app.launcher()
  await app.find('heading', 'Hearth is already running')
  await app.find('text', `process ${server.pid}`)
  server.kill('SIGTERM')
  await once(server, 'exit')
  await app.press('Try again')
  await app.hub()
  await app.find('heading', 'Start your team')
})

test('without a place beside the clock the app stays within reach', async () => {
  panel = await Panel.at(desk, { icons: false })
  app = await App.start(desk)
  await startTeam()
  await desk.close(/Northlight Studio/)
  await app.launcher()
  await app.find('heading', 'Quit Hearth?')
  await app.press('Keep running')
  await desk.until(async () => (await desk.windows()).size === 1)
  expect(await desk.isMinimised(/Northlight Studio/)).toBe(true)
  expect(await app.answersHealth()).toBe(true)

  // The same answer as from a service manager: it ends without a question.
  const start = Date.now()
  process.kill(app.pid, 'SIGTERM')
  await app.ended(5_000)
  expect(Date.now() - start).toBeLessThan(5_000)
})

test('the headless server is the program hearth, with the same flags', async () => {
  const program = PROGRAM
  // No display at all: this is no hidden window.
  const server = spawn(program, ['--headless', '--data', `${desk.home}/data`, '--listen', '127.0.0.1:0'], {
    env: { PATH: process.env['PATH'], HOME: desk.home },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  server.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
  await desk.until(async () => said.includes('Start your team at'))
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
})
