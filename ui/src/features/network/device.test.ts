import { expect, test } from 'vitest'
import { deviceName } from './device'

test.each([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15', 'An iPhone'],
  ['Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36', 'An Android device'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101', 'A Windows computer'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15', 'A Mac'],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'A Linux computer'],
  ['curl/8.5.0', 'Another device'],
  ['', 'Another device'],
])('what says %s is called %s', (agent, name) => {
  expect(deviceName(agent)).toBe(name)
})
