import { defineConfig } from '@playwright/test'
import { browser } from './support/browser.ts'

/** How fast the screens are with a long history: `cargo xtask figures`. */
export default defineConfig({
  testDir: 'figures',
  outputDir: 'test-results',
  reporter: [['list']],
  workers: 1,
  timeout: 1_800_000,
  use: browser,
})
