import { expect, test } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { join as path } from 'node:path'
import { App } from '../support/app.ts'
import { Desk } from '../support/desk.ts'
import { Panel } from '../support/panel.ts'
import { join, PASSWORD, say, signIn } from '../support/people.ts'

let desk: Desk
let panel: Panel
let app: App

test.beforeEach(async () => {
  desk = await Desk.set()
  panel = await Panel.at(desk, { icons: true })
})

test.afterEach(async () => {
  await app?.end()
  panel.leave()
  await desk.clear()
})

async function startTeam(): Promise<void> {
  await app.launcher()
  await app.press('Start a team here')
  await app.hub()
  await app.fill('Team name', 'Northlight Studio')
  await app.fill('Your name', 'Ann')
  await app.fill('Password', PASSWORD)
  await app.press('Start the team')
  await app.find('heading', 'general')
}

test('the window comes back where it was, and as large', async () => {
  app = await App.start(desk)
  await startTeam()
  await desk.until(async () => (await desk.windows()).size === 1)
  const first = await desk.area(/Northlight Studio/)
  await desk.place(/Northlight Studio/, [180, 120, 900, 640])
  await desk.until(async () => (await desk.area(/Northlight Studio/)).startsWith('900x640'))
  await desk.settled()
  const placed = await desk.area(/Northlight Studio/)
  expect(placed).not.toBe(first)
  // Its title is that of the page, which comes later.
  const isBack = async () => (await desk.windows()).size === 1 && (await desk.area(/./)) === placed

  await desk.close(/Northlight Studio/)
  await desk.until(async () => (await desk.windows()).size === 0)
  await desk.until(async () => panel.icons === 1)
  await panel.choose('Open Hearth')
  await desk.until(isBack)

  const { data, port } = app
  await app.end()
  app = await App.start(desk, { data, port })
  await app.hub()
  await desk.until(isBack)
})

test('the icon beside the clock has a dot while something is unread', async () => {
  app = await App.start(desk)
  await startTeam()
  await desk.until(async () => panel.icons === 1)
  const picture = async () => (await readFile(await panel.icon())).toString('base64')
  const plain = await picture()
  await desk.close(/Northlight Studio/)
  await desk.until(async () => (await desk.windows()).size === 0)

  const base = `http://127.0.0.1:${app.port}`
  const bob = await join(base, await signIn(base, 'ann'), 'Bob')
  await say(bob, 'The kiln is free')
  await desk.until(async () => (await picture()) !== plain)

  await panel.choose('Open Hearth')
  await app.hub()
  await app.find('text', 'The kiln is free')
  await desk.until(async () => (await picture()) === plain)
})

test('the computer is kept awake while that is wanted, and it is said where it cannot be', async () => {
  const system = { DBUS_SYSTEM_BUS_ADDRESS: desk.bus }
  app = await App.start(desk, { environment: system })
  await app.launcher()
  await desk.until(async () => panel.icons === 1)
  const ticked = async () =>
    (await panel.menu()).some((line) => line.label === 'Keep this computer awake' && line.checked)
  await panel.choose('Keep this computer awake')
  await desk.until(async () => panel.notifications.length === 1)
  expect(panel.notifications[0]?.text).toContain('does not let Hearth keep the computer awake')
  await desk.until(async () => !(await ticked()))

  // What decides about sleep on most Linux systems, played by a stand-in that writes down what it is asked.
  const log = path(desk.home, 'logind.log')
  desk.run(
    '/usr/bin/python3',
    ['-m', 'dbusmock', '--system', '--template', 'logind', '--logfile', log],
    system,
  )
  const asked = async () => readFile(log, 'utf8').catch(() => '')
  await desk.until(() => desk.hasName('org.freedesktop.login1'))
  await panel.choose('Keep this computer awake')
  await desk.until(async () => /Inhibit "sleep" "Hearth"/.test(await asked()))
  expect(await asked()).toMatch(/Inhibit "idle" "Hearth"/)
  await desk.until(ticked)

  // The next start holds it again by itself.
  const { data, port } = app
  await app.end()
  const before = (await asked()).length
  app = await App.start(desk, { data, port, environment: system })
  await desk.until(async () => /Inhibit "sleep"/.test((await asked()).slice(before)))
})
