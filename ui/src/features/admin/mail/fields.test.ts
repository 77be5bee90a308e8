import type { Mail } from '$api'
import { expect, it } from 'vitest'
import { fieldsOf, isFixed, isPort, patchOf } from './fields'

const mail: Mail = {
  server: 'smtp.example.org',
  port: null,
  usualPort: 587,
  security: 'starttls',
  user: 'hub',
  passwordSet: true,
  from: 'hub@example.org',
  address: null,
  suggestedAddress: 'http://localhost:4327',
  sources: { server: 'file', user: 'dashboard', password: 'dashboard' },
  ready: true,
  last: null,
  refused: [],
}

it('shows no password, and leaves the one that is kept', () => {
  expect(fieldsOf(mail)).toMatchObject({ password: '', port: '', address: '' })
  expect(patchOf({ password: '' }, mail)).toEqual({})
  expect(patchOf({ password: ' two words ' }, mail)).toEqual({ password: ' two words ' })
})

it('removes what was emptied, and with the name the password', () => {
  expect(patchOf({ port: '', address: ' ' }, mail)).toEqual({ port: null, address: null })
  expect(patchOf({ user: '' }, mail)).toEqual({ user: null, password: null })
  expect(patchOf({ user: '' }, { ...mail, sources: { password: 'file' } })).toEqual({ user: null })
  expect(patchOf({ port: '2525', security: 'none' }, mail)).toEqual({ port: 2525, security: 'none' })
})

it('knows what is decided elsewhere', () => {
  expect(isFixed(mail, 'server')).toBe(true)
  expect(isFixed(mail, 'user')).toBe(false)
  expect(isFixed(mail, 'port')).toBe(false)
})

it('takes ports and nothing else', () => {
  for (const port of ['', ' ', '1', '587', '65535']) expect(isPort(port), port).toBe(true)
  for (const port of ['0', '65536', '-1', '5.5', 'x', '999999']) expect(isPort(port), port).toBe(false)
})
