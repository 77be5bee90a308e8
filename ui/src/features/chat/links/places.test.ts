import { describe, expect, it } from 'vitest'
import { leadsElsewhere, placesIn } from './places'

const own = { host: '192.168.1.20:4327', hostname: '192.168.1.20', port: '4327' } as Location

describe('links to messages', () => {
  it('are found under every name that the hub has on its network', () => {
    for (const body of [
      '/chat/general/m/7',
      'see http://192.168.1.20:4327/chat/general/m/7.',
      '(http://acme.local:4327/chat/general/m/7)',
      '[there](http://localhost:4327/chat/general/m/7?x=1)',
    ])
      expect(placesIn(body, own), body).toEqual([{ channel: 'general', number: 7, reply: undefined }])
    expect(placesIn('/chat/b%C3%BCro/m/7/thread/3', own)).toEqual([{ channel: 'büro', number: 7, reply: 3 }])
  })

  it('are not what leads elsewhere, nor what is code', () => {
    for (const body of [
      'https://chat.example/chat/general/m/7',
      'http://10.0.0.9:80/chat/general/m/7',
      '`/chat/general/m/7`',
      '```\n/chat/general/m/7\n```',
      '/chat/general',
      '/chat/general/m/7x',
      '/chat/%ff/m/7',
    ])
      expect(placesIn(body, own), body).toEqual([])
  })

  it('are a few, each once', () => {
    const body = [1, 1, 2, 3, 4].map((number) => `/chat/general/m/${number}`).join(' ')
    expect(placesIn(body, own).map(({ number }) => number)).toEqual([1, 2, 3])
  })
})

describe('links elsewhere', () => {
  it('are those of other computers', () => {
    expect(leadsElsewhere('see https://a.example/x', own)).toBe(true)
    expect(leadsElsewhere('http://acme.local:4327/chat/general/m/7', own)).toBe(false)
    expect(leadsElsewhere('`https://a.example`', own)).toBe(false)
    expect(leadsElsewhere('no link', own)).toBe(false)
  })
})
