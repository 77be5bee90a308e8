import { describe, expect, it } from 'vitest'
import { safeNext, signInPath, twoFactorPath } from './redirect'

const origin = 'http://192.168.1.20:4327'

describe('safeNext', () => {
  it('keeps a path of this origin whole', () => {
    expect(safeNext('/chat/general/m/42?x=1#y', origin)).toBe('/chat/general/m/42?x=1#y')
    expect(safeNext('/chat/営業', origin)).toBe('/chat/%E5%96%B6%E6%A5%AD')
  })

  it.each([
    null,
    '',
    'chat',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/..//evil.example',
    '/chat/..//evil.example',
    'javascript:alert(1)',
    ' /chat',
    '/sign-in',
    '/sign-in?next=/sign-in',
    '/setup',
    '/join/abc',
    '/reset/abc',
  ])('goes home for %j', (next) => {
    expect(safeNext(next, origin)).toBe('/')
  })

  it('does not mistake a longer name for a public page', () => {
    expect(safeNext('/joinery', origin)).toBe('/joinery')
  })
})

describe('signInPath', () => {
  it('comes back to where one was', () => {
    expect(signInPath(new URL('/chat/general?a=1', origin))).toBe('/sign-in?next=%2Fchat%2Fgeneral%3Fa%3D1')
  })

  it('says nothing for the first page', () => {
    expect(signInPath(new URL('/', origin))).toBe('/sign-in')
  })
})

describe('twoFactorPath', () => {
  it('comes back to where one was, but not to itself', () => {
    expect(twoFactorPath(new URL('/chat/general', origin))).toBe('/two-factor?next=%2Fchat%2Fgeneral')
    expect(twoFactorPath(new URL('/two-factor?next=%2Fchat', origin))).toBe('/two-factor')
  })
})
