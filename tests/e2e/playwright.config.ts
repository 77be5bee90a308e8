import { defineConfig } from '@playwright/test'
import { browser } from './support/browser.ts'

/** Every spec file starts servers of its own, so files may run beside each other. */
export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  reporter: [['list']],
  workers: 2,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: { ...browser, trace: 'retain-on-failure', screenshot: 'only-on-failure' },
})
