import { test } from '@playwright/test'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CleanSystem } from '../support/clean-system.ts'

const packages = {
  older: process.env['HEARTH_OLDER_DEB'] ?? '',
  newer: process.env['HEARTH_NEWER_DEB'] ?? '',
}

let system: CleanSystem
test.beforeAll(async () => {
  system = await CleanSystem.make()
})
test.afterAll(() => system.remove())

test('the deb installs in a clean system, serves, upgrades with its data kept, and goes without touching it', () =>
  system.lifeOf(packages.newer, {
    async install(age) {
      await copyFile(packages[age], join(system.root, `${age}.deb`))
      await system.run(`apt-get -qq install --yes --no-install-recommends /${age}.deb`)
    },
    version: () => system.run("dpkg-query --show --showformat '${Version}' hearth"),
    async remove() {
      await system.run('apt-get -qq purge --yes hearth')
    },
  }))
