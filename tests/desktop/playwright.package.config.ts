import { defineConfig } from '@playwright/test'

/** `cargo xtask test --only package`. */
export default defineConfig({
  testDir: 'package',
  outputDir: 'test-results',
  reporter: [['list']],
  workers: 1,
  timeout: 1_200_000,
})
