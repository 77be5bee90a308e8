import { defineConfig } from '@playwright/test'

/** `cargo xtask figures`. */
export default defineConfig({
  testDir: 'figures',
  outputDir: 'test-results',
  reporter: [['list']],
  workers: 1,
  timeout: 600_000,
})
