import { defineConfig } from '@playwright/test'
import { browser } from './support/browser.ts'

/** Every spec file starts servers of its own, so files may run beside each other. */
export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  reporter: [['list']],
  workers: 2,
  // A shared machine that runs the checks may stand still for seconds; what passes only then is reported as flaky.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { ...browser, trace: 'retain-on-failure', screenshot: 'only-on-failure' },
})
