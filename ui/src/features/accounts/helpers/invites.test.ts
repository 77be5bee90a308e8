import type { Invite } from '$api'
import { describe, expect, it } from 'vitest'
import { absoluteLink, inviteState } from './invites'

const now = Date.parse('2026-11-22T12:00:00Z')
const invite = (more: Partial<Invite>): Invite => ({
  id: '1',
  url: '/join/abc',
  role: 'member',
  maxUses: null,
  uses: 0,
  expiresAt: '2026-11-29T12:00:00Z',
  createdBy: 'u',
  createdAt: '2026-11-22T10:00:00Z',
  revokedAt: null,
  label: '',
  backed: true,
  ...more,
})

describe('inviteState', () => {
  it.each([
    [{}, 'open'],
    [{ maxUses: 2, uses: 1 }, 'open'],
    [{ maxUses: 2, uses: 2 }, 'used_up'],
    [{ expiresAt: '2026-11-22T12:00:00Z' }, 'expired'],
    [{ expiresAt: null }, 'open'],
    [{ backed: false }, 'unbacked'],
    [{ backed: false, expiresAt: '2026-11-22T12:00:00Z' }, 'expired'],
    [{ revokedAt: '2026-11-22T11:00:00Z', maxUses: 1, uses: 1 }, 'revoked'],
  ] as const)('%j is %s', (more, state) => {
    expect(inviteState(invite(more), now)).toBe(state)
  })
})

describe('absoluteLink', () => {
  it('completes a path and leaves a whole address alone', () => {
    expect(absoluteLink('/join/abc', 'http://127.0.0.1:4327')).toBe('http://127.0.0.1:4327/join/abc')
    expect(absoluteLink('http://192.168.1.20:4327/join/abc', 'http://127.0.0.1:4327')).toBe(
      'http://192.168.1.20:4327/join/abc',
    )
  })
})
