import { defineConfig } from '@playwright/test'

/** `cargo xtask screenshots`. */
export default defineConfig({
  testDir: 'pictures',
  outputDir: 'test-results',
  reporter: [['list']],
  workers: 1,
  timeout: 180_000,
})
