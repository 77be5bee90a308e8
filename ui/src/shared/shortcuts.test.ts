import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keysToShow, Shortcuts } from './shortcuts.svelte'

let shortcuts: Shortcuts
let stop: () => void

const press = (key: string, init: KeyboardEventInit = {}, target: EventTarget = document.body) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))

beforeEach(() => {
  shortcuts = new Shortcuts()
  stop = shortcuts.listen(window)
})
afterEach(() => {
  stop()
  document.body.replaceChildren()
})

describe('shortcuts', () => {
  it('fire, list themselves, and go away', () => {
    const run = vi.fn()
    const remove = shortcuts.add({ keys: 'c', label: 'New task', group: 'Tasks', run })
    press('c')
    expect(run).toHaveBeenCalledOnce()
    expect(shortcuts.list.map(({ label }) => label)).toEqual(['New task'])
    remove()
    press('c')
    expect(run).toHaveBeenCalledOnce()
    expect(shortcuts.list).toEqual([])
  })

  it('keep quiet while somebody types, except those that say otherwise', () => {
    const quiet = vi.fn()
    const palette = vi.fn()
    shortcuts.add(
      { keys: 'c', label: '', group: '', run: quiet },
      { keys: '$mod+k', label: '', group: '', run: palette, whileTyping: true },
    )
    const field = document.createElement('textarea')
    document.body.append(field)
    press('c', {}, field)
    press('k', { ctrlKey: true }, field)
    expect(quiet).not.toHaveBeenCalled()
    expect(palette).toHaveBeenCalledOnce()
  })

  it('keep quiet while a dialog is open', () => {
    const run = vi.fn()
    shortcuts.add({ keys: 'c', label: '', group: '', run })
    document.body.innerHTML = '<div role="dialog" data-state="open"></div>'
    press('c')
    expect(run).not.toHaveBeenCalled()
  })

  it('take G then C as one, not as a C of its own', () => {
    const go = vi.fn()
    const create = vi.fn()
    shortcuts.add(
      { keys: 'c', label: '', group: '', run: create },
      { keys: 'g c', label: '', group: '', run: go },
    )
    press('g')
    press('c')
    expect(go).toHaveBeenCalledOnce()
    expect(create).not.toHaveBeenCalled()
  })

  it('leave alone what somebody else has handled, and half-composed letters', () => {
    const run = vi.fn()
    shortcuts.add({ keys: 'c', label: '', group: '', run })
    document.body.addEventListener('keydown', (event) => event.preventDefault(), { once: true })
    press('c')
    press('c', { isComposing: true })
    expect(run).not.toHaveBeenCalled()
  })
})

describe('keysToShow', () => {
  it('names the keys as they are printed', () => {
    expect(keysToShow('$mod+Shift+k', false)).toEqual([['Ctrl', 'Shift', 'K']])
    expect(keysToShow('$mod+Shift+k', true)).toEqual([['⌘', '⇧', 'K']])
    expect(keysToShow('g c', false)).toEqual([['G'], ['C']])
    expect(keysToShow('Shift+?', false)).toEqual([['?']])
    expect(keysToShow('Alt+ArrowUp', false)).toEqual([['Alt', '↑']])
  })
})
