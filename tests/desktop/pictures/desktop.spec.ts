import { expect, test } from '@playwright/test'
import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { App } from '../support/app.ts'
import { Desk } from '../support/desk.ts'
import { connect, join, PASSWORD, say, signIn } from '../support/people.ts'

const pictures = resolve(import.meta.dirname, '../../../assets/screenshots')

let desk: Desk
let app: App | undefined

test.beforeEach(async () => {
  await mkdir(pictures, { recursive: true })
  desk = await Desk.set()
})
test.afterEach(async () => {
  await app?.end()
  app = undefined
  await desk.clear()
})

test('the launcher, and the hub in its window', async () => {
  app = await App.start(desk)
  const base = `http://127.0.0.1:${app.port}`
  await app.launcher()
  await app.find('heading', 'Welcome to Hearth')
  await desk.settled()
  await desk.picture(`${pictures}/desktop-launcher.png`, await desk.area(/Welcome/))
  await app.press('Start a team here')
  await app.hub()
  await app.fill('Team name', 'Northlight Studio')
  await app.fill('Your name', 'Ann Sommer')
  await app.fill('Password', PASSWORD)
  await app.press('Start the team')
  await app.find('heading', 'general')
  const ann = await signIn(base, 'ann.sommer')
  const bob = await join(base, ann, 'Bob')
  const carla = await join(base, ann, 'Carla')
  await say(ann, 'Good morning! The kiln is free until four.')
  await say(bob, 'I have two racks of bowls that could go in. **1,220 °C**, or will you need it lower?')
  await say(carla, 'Lower please, mine are the blue glazes:\n\n- 1,060 °C\n- slow over 600 °C')
  await say(bob, 'Then mine can wait until tomorrow :)')
  await app.find('text', 'Then mine can wait')
  await desk.point(720, 890)
  await desk.settled()
  expect((await desk.windows()).size).toBe(1)
  await desk.picture(`${pictures}/desktop-hub.png`, await desk.area(/Northlight/))
})

/** One panel at the top with a place for icons at its right end. */
const PANEL = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="36"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray"/>
  </property>
</channel>
`

test('the menu beside the clock, in a panel that people have', async () => {
  const folder = `${desk.home}/.config/xfce4/xfconf/xfce-perchannel-xml`
  await mkdir(folder, { recursive: true })
  await writeFile(`${folder}/xfce4-panel.xml`, PANEL)
  desk.run('xfce4-panel', ['--disable-wm-check'])
  await desk.until(async () => (await desk.colours('1440x36+0+0')) > 1)
  await desk.settled()
  app = await App.start(desk)
  const base = `http://127.0.0.1:${app.port}`
  await app.launcher()
  await app.press('Start a team here')
  await app.hub()
  await app.fill('Team name', 'Northlight Studio')
  await app.fill('Your name', 'Ann Sommer')
  await app.fill('Password', PASSWORD)
  await app.press('Start the team')
  await app.find('heading', 'general')
  const ann = await signIn(base, 'ann.sommer')
  await connect(base, await join(base, ann, 'Bob'))
  await connect(base, await join(base, ann, 'Carla'))
  await desk.settled()
  await desk.click(1_422, 18)
  await desk.settled()
  await desk.picture(`${pictures}/desktop-tray.png`, '560x360+880+0')
})
