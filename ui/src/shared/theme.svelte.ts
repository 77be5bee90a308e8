import { MediaQuery } from 'svelte/reactivity'

export type ThemeChoice = 'system' | 'light' | 'dark'

const KEY = 'hearth.theme'
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark']

/** What was chosen on this device; `system` when nothing was, or when storage is closed to us. */
export function storedTheme(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY)
    return CHOICES.find((choice) => choice === value) ?? 'system'
  } catch {
    return 'system'
  }
}

/** Puts a choice on the document: base.css maps `data-theme` to `color-scheme`, and every token follows that. */
export function applyTheme(choice: ThemeChoice): void {
  const root = document.documentElement
  if (choice === 'system') delete root.dataset.theme
  else root.dataset.theme = choice
}

/** Call first thing at start, before anything is drawn, so that a chosen theme never flashes the other one. */
export function applyStoredTheme(): void {
  applyTheme(storedTheme())
}

/** Light, dark or as the system has it; remembered on this device and followed by its other tabs. */
export class Theme {
  #choice = $state<ThemeChoice>(storedTheme())
  #systemDark = new MediaQuery('(prefers-color-scheme: dark)')

  constructor() {
    applyTheme(this.#choice)
  }

  get choice(): ThemeChoice {
    return this.#choice
  }

  /** The scheme on screen now. */
  get current(): 'light' | 'dark' {
    if (this.#choice !== 'system') return this.#choice
    return this.#systemDark.current ? 'dark' : 'light'
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice
    applyTheme(choice)
    try {
      if (choice === 'system') localStorage.removeItem(KEY)
      else localStorage.setItem(KEY, choice)
    } catch {
      // Storage may be closed (private windows); the choice then lasts as long as the tab.
    }
  }

  /** Follows a choice made in another tab; returns how to stop. */
  follow(): () => void {
    const onStorage = (event: StorageEvent) => {
      if (event.key !== KEY && event.key !== null) return
      this.#choice = storedTheme()
      applyTheme(this.#choice)
    }
    window.addEventListener('storage', onStorage)
    return () => window.removeEventListener('storage', onStorage)
  }
}
