/** The few things every screen may ask for. Foundation.svelte makes them once; features take them from here. */
import { createContext } from 'svelte'
import type { Clock } from './clock.svelte'
import type { Commands } from './commands.svelte'
import type { Shortcuts } from './shortcuts.svelte'
import type { Theme } from './theme.svelte'
import type { Toasts } from './toasts.svelte'

export const [getToasts, setToasts] = createContext<Toasts>()
export const [getTheme, setTheme] = createContext<Theme>()
export const [getShortcuts, setShortcuts] = createContext<Shortcuts>()
export const [getCommands, setCommands] = createContext<Commands>()
export const [getClock, setClock] = createContext<Clock>()
