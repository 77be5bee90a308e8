import { expect, test } from '@playwright/test'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CleanSystem } from '../support/clean-system.ts'

const packages = {
  older: process.env['HEARTH_OLDER_RPM'] ?? '',
  newer: process.env['HEARTH_NEWER_RPM'] ?? '',
}
/** Debian's names of what the package asks Fedora for. */
const LIBRARIES = 'libwebkit2gtk-4.1-0 libgtk-3-0t64 libayatana-appindicator3-1'

let system: CleanSystem
test.beforeAll(async () => {
  system = await CleanSystem.make()
  // The same files under the tool that Fedora has; its names of libraries are not Debian's.
  await system.run(`apt-get -qq install --yes --no-install-recommends rpm ${LIBRARIES}`)
})
test.afterAll(() => system.remove())

test('the rpm installs, serves, upgrades with its data kept, and goes without touching it', async () => {
  await system.lifeOf(packages.newer, {
    async install(age) {
      await copyFile(packages[age], join(system.root, `${age}.rpm`))
      const asked = await system.run(`rpm --query --requires --package /${age}.rpm`)
      for (const name of ['webkit2gtk', 'gtk3', 'appindicator']) expect(asked).toContain(name)
      await system.run(`rpm --upgrade --nodeps /${age}.rpm`)
    },
    version: () => system.run("rpm --query --queryformat '%{VERSION}' hearth"),
    async remove() {
      await system.run('rpm --erase --nodeps hearth')
    },
  })
})
