import type { PlaywrightTestConfig } from '@playwright/test'

/** Debian's Chromium, told not to call anyone. As root it runs only without its sandbox. */
export const browser: NonNullable<PlaywrightTestConfig['use']> = {
  viewport: { width: 1440, height: 900 },
  locale: 'en-GB',
  timezoneId: 'Europe/Berlin',
  launchOptions: {
    executablePath: process.env['HEARTH_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  },
}
