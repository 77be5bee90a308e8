import type { Network, NetworkCheck } from '$api'
import { describe, expect, test } from 'vitest'
import { firewallText, lineText } from './texts'

const network: Network = {
  lan: 'open',
  open: true,
  fixed: false,
  port: 4328,
  usualPort: 4327,
  moved: true,
  addresses: [{ address: '192.168.1.20', url: 'http://192.168.1.20:4328', interface: 'wlan0' }],
  url: 'http://192.168.1.20:4328',
  name: { host: 'acme-2.local', plain: 'acme.local', numbered: true, url: 'http://acme-2.local:4328' },
  interfaces: [
    { name: 'wlan0', kind: 'lan', addresses: ['192.168.1.20'], used: true, automatic: true },
    { name: 'docker0', kind: 'virtual', addresses: ['172.17.0.1'], used: false, automatic: false },
  ],
  chosen: null,
  chosenFixed: false,
  checks: [],
  visit: null,
  platform: 'linux',
}

const failing: [NetworkCheck['check'], NetworkCheck['reason']][] = [
  ['listening', 'not_let_in'],
  ['listening', 'loopback_only'],
  ['listening', 'port_refused'],
  ['listening', 'no_network'],
  ['interface', 'no_network'],
  ['interface', 'only_virtual'],
  ['interface', 'chosen_missing'],
  ['name', 'name_silent'],
  ['name', 'name_refused'],
]

describe.each(['windows', 'macos', 'linux', 'other'] as const)('on %s', (platform) => {
  test.each(failing)('what fails in %s by %s says what to do', (check, reason) => {
    const { title, note } = lineText({ ...network, platform }, { check, reason, verdict: 'failed' })
    expect(title).not.toBe('')
    expect(note).toBeTruthy()
  })

  test('what the system will ask is told before it asks', () => {
    expect(firewallText({ platform, port: 4328 })).toBeTruthy()
  })
})

test('what is fine says how', () => {
  const line = (check: NetworkCheck['check'], reason: NetworkCheck['reason'] = 'fine') =>
    lineText(network, { check, reason, verdict: 'passed' })
  expect(line('listening')).toEqual({
    title: 'Listening on port 4328',
    note: 'Port 4327 was taken by another program, so this team has 4328. It stays that way.',
  })
  expect(line('interface').title).toBe('Connected by wlan0')
  expect(line('name', 'name_numbered').note).toContain('acme.local')
})

test('the phone line names the device once it came', () => {
  const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)'
  const visit = { address: '192.168.1.31', at: '2026-11-25T10:00:00.000Z', agent }
  const check = { check: 'visit', reason: 'fine', verdict: 'passed' } as const
  expect(lineText({ ...network, visit }, check).title).toBe('An iPhone reached your team')
  expect(lineText(network, { ...check, reason: 'nobody_yet', verdict: 'waiting' }).note).toContain('4328')
})
