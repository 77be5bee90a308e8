import { defineConfig } from '@playwright/test'
import { browser } from './support/browser.ts'

/** Takes the README's pictures: `cargo xtask screenshots`. */
export default defineConfig({
  testDir: 'pictures',
  outputDir: 'test-results',
  reporter: [['list']],
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  use: browser,
})
