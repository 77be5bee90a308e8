import { beforeEach, describe, expect, it, vi } from 'vitest'
import { applyStoredTheme, storedTheme, Theme } from './theme.svelte'

const root = document.documentElement

function system(dark: boolean) {
  vi.stubGlobal('matchMedia', () => ({
    matches: dark,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
}

beforeEach(() => {
  localStorage.clear()
  delete root.dataset.theme
  system(false)
})

describe('the theme', () => {
  it('follows the system until something is chosen', () => {
    expect(storedTheme()).toBe('system')
    system(true)
    const theme = new Theme()
    expect(theme.current).toBe('dark')
    expect(root.dataset.theme).toBeUndefined()
  })

  it('is remembered and put on the document', () => {
    new Theme().choose('dark')
    expect(root.dataset.theme).toBe('dark')
    delete root.dataset.theme
    applyStoredTheme()
    expect(root.dataset.theme).toBe('dark')
    expect(new Theme().choice).toBe('dark')
  })

  it('goes back to the system', () => {
    const theme = new Theme()
    theme.choose('light')
    theme.choose('system')
    expect(root.dataset.theme).toBeUndefined()
    expect(storedTheme()).toBe('system')
  })

  it('follows a choice made in another tab', () => {
    const theme = new Theme()
    const stop = theme.follow()
    localStorage.setItem('hearth.theme', 'dark')
    window.dispatchEvent(new StorageEvent('storage', { key: 'hearth.theme' }))
    expect(theme.choice).toBe('dark')
    expect(root.dataset.theme).toBe('dark')
    stop()
  })

  it('ignores what it does not know in the store', () => {
    localStorage.setItem('hearth.theme', 'purple')
    expect(storedTheme()).toBe('system')
  })
})
