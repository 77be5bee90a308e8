import { expect, test } from '@playwright/test'
import { execFile } from 'node:child_process'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { App, HEARTH } from '../support/app.ts'
import { Desk } from '../support/desk.ts'
import { Panel } from '../support/panel.ts'
import { foundTeam, PASSWORD, say } from '../support/people.ts'

const execute = promisify(execFile)

let desk: Desk
let app: App | undefined
let panel: Panel | undefined

test.beforeEach(async () => {
  desk = await Desk.set()
})

test.afterEach(async () => {
  await app?.end()
  app = undefined
  panel?.leave()
  panel = undefined
  await desk.clear()
})

test('a demo is looked at by its owner, and leaves nothing behind', async () => {
  const passing = join(desk.home, 'passing')
  await mkdir(passing)
  app = await App.start(desk, { environment: { TMPDIR: passing } })
  await app.launcher()
  await app.press('Try a demo')
  await app.to(/^http:\/\/127\.0\.0\.1:\d+\/chat/)
  await app.find('heading', 'general')
  await expect(stat(app.data)).rejects.toThrow('ENOENT')
  expect(await demos(passing)).toHaveLength(1)
  await app.end()
  expect(await demos(passing)).toEqual([])
})

const demos = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.startsWith('hearth-demo-'))

/** A file of a team that was somewhere else. */
async function backup(): Promise<string> {
  const data = join(desk.home, 'elsewhere')
  const file = join(desk.home, 'northlight.hearth.zip')
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const base = `http://127.0.0.1:${port}`
  const server = desk.run(HEARTH, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`])
  await desk.until(async () => (await fetch(`${base}/api/v1/health`).catch(() => undefined))?.ok === true)
  await say(await foundTeam(base, 'Northlight Studio'), 'Said before the backup')
  server.kill('SIGTERM')
  await desk.until(async () => server.exitCode !== null)
  await execute(HEARTH, ['backup', '--data', data, '--to', file])
  return file
}

/** The system's own dialog has no page: its field for a path opens with the slash that a path begins with. */
async function choose(file: string): Promise<void> {
  await app!.press('Restore a backup')
  await desk.until(async () => /Choose a backup/.test(await desk.active()))
  await desk.settled()
  await desk.type('/')
  await desk.settled()
  await desk.type(file.slice(1))
  await desk.settled()
  await desk.key('Return')
  await desk.until(async () => !/Choose a backup/.test(await desk.active()))
}

test('a team comes back from a backup, and what is no backup is refused', async () => {
  const file = await backup()
  const other = join(desk.home, 'holiday.zip')
  await writeFile(other, 'not a backup')
  app = await App.start(desk)
  await app.launcher()
  await choose(other)
  await app.find('text', 'this file is not a backup of Hearth')

  await choose(file)
  await app.find('heading', 'Restore Northlight Studio?')
  await app.find('text', '1 person')
  await app.press('Back')
  await app.find('heading', 'Welcome to Hearth')
  await expect(stat(join(app.data, 'database'))).rejects.toThrow('ENOENT')

  await choose(file)
  await app.find('heading', 'Restore Northlight Studio?')
  await app.press('Restore')
  await app.hub()
  await app.find('heading', 'Northlight Studio')
  await app.fill('User name or e-mail', 'ann')
  await app.fill('Password', PASSWORD)
  await app.press('Sign in')
  await app.find('text', 'Said before the backup')
})

test('teammates are let in, and the addresses say where', async () => {
  panel = await Panel.at(desk, { icons: true })
  app = await App.start(desk, { listen: false })
  await app.launcher()
  await app.press('Start a team here')
  await app.to(/^http:\/\/127\.0\.0\.1:\d+\//)
  const base = new URL(await app.browser.getCurrentUrl()).origin
  await app.fill('Team name', 'Northlight Studio')
  await app.fill('Your name', 'Ann')
  await app.fill('Password', PASSWORD)
  await app.press('Start the team')
  await app.find('heading', 'Let teammates in?')

  // Not yet: only this computer is told.
  await desk.until(async () => panel!.icons === 1)
  await panel.choose('Addresses and QR code…')
  await app.launcher()
  await app.find('heading', 'Let teammates in')
  await app.find('text', 'On this computer only')
  expect(await app.browser.getPageSource()).not.toContain('Always works on this network')
  await desk.close(/Let teammates in · Hearth/)

  await app.to(new RegExp(`^${base}/`))
  await app.press('Let teammates in')
  await app.find('heading', 'Your team is open')
})

test('what the menu beside the clock sets outlives the app', async () => {
  panel = await Panel.at(desk, { icons: true })
  app = await App.start(desk)
  await app.launcher()
  await desk.until(async () => panel!.icons === 1)
  const entry = join(desk.home, '.config/autostart/team.hearth.desktop.desktop')
  await panel.choose('Start at login')
  await desk.until(() =>
    stat(entry).then(
      () => true,
      () => false,
    ),
  )
  await panel.choose('Pause notifications')
  await desk.until(async () =>
    (await panel!.menu()).some((line) => line.label === 'Pause notifications' && line.checked),
  )
  await app.end()

  app = await App.start(desk)
  await app.launcher()
  await desk.until(async () => panel!.icons === 2)
  const ticked = async () => (await panel!.menu()).filter((line) => line.checked).map((line) => line.label)
  await desk.until(async () => (await ticked()).join() === 'Pause notifications,Start at login')
  await panel.choose('Start at login')
  await desk.until(() =>
    stat(entry).then(
      () => false,
      () => true,
    ),
  )
})
