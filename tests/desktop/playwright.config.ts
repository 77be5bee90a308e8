import { defineConfig } from '@playwright/test'

/** The runner only: what is driven is the desktop app, through WebKitGTK's own driver. One app at a time, each on a screen of its own. */
export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  reporter: [['list']],
  workers: 1,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
})
