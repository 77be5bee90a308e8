import { expect, it } from 'vitest'
import { localAddress } from './address'

it.each([
  ['Acme', 'acme.local'],
  ['Northlight Studio', 'northlight-studio.local'],
  ['Makerspace Süd', 'makerspace-sud.local'],
  ["Ann's Workshop & Co.", 'anns-workshop-co.local'],
  ['--', ''],
  ['営業', ''],
  ['x'.repeat(80), `${'x'.repeat(63)}.local`],
])('%s is found at %s', (team, address) => {
  expect(localAddress(team)).toBe(address)
})
