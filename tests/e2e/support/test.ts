import { test as base } from '@playwright/test'
import { Hearth, type Starting } from './hearth.ts'
import { closeBrowsers } from './screens.ts'
import { type Person, foundTeam, join } from './team.ts'

export { expect } from '@playwright/test'
export const test = base

export interface Hub {
  hearth: Hearth
  ann: Person
  bob: Person
}

/** Starts a server that nobody has set up, once for the file. What it printed is attached to a failure. */
export function useEmptyHearth(starting: Starting = {}): { hearth: Hearth } {
  const hub = {} as { hearth: Hearth }
  test.beforeAll(async () => {
    hub.hearth = await Hearth.start(starting)
  })
  test.afterEach(async ({}, info) => {
    if (info.status !== info.expectedStatus) {
      await info.attach('hearth.log', { body: (await hub.hearth?.log()) ?? '', contentType: 'text/plain' })
    }
    await closeBrowsers()
  })
  test.afterAll(async () => {
    await hub.hearth?.remove()
  })
  return hub
}

/** Starts a server with a team in it: Ann, who owns it, and Bob. */
export function useHearth(starting: Starting = {}): Hub {
  const hub = useEmptyHearth(starting) as Hub
  test.beforeAll(async () => {
    hub.ann = await foundTeam(hub.hearth)
    hub.bob = await join(hub.hearth, hub.ann, 'Bob')
  })
  return hub
}
