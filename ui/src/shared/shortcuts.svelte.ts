import { createKeybindingsHandler } from 'tinykeys'

export interface Shortcut {
  /** In tinykeys' notation: `$mod+k`, `g c` (one after the other), `Shift+?`. */
  keys: string
  /** What it does, for the help dialog. */
  label: string
  /** The heading it stands under in the help dialog. */
  group: string
  /** Without it the shortcut is only listed: whatever has the focus hears the keys itself. */
  run?: (event: KeyboardEvent) => unknown
  /** May fire while a text field has the focus. Only sensible together with `$mod` or `Alt`. */
  whileTyping?: boolean
}

/** Every shortcut of the screens that are open. They list themselves for the `?` dialog. */
export class Shortcuts {
  // Plain, with a signal beside it: what goes away in an effect's teardown would read a reactive list as it was
  // before the change, and so take what others have added since with it.
  #entries: readonly Shortcut[] = []
  #changed = $state.raw({})

  get list(): readonly Shortcut[] {
    void this.#changed
    return this.#entries
  }

  #put(entries: readonly Shortcut[]) {
    this.#entries = entries
    this.#changed = {}
  }

  /** Adds shortcuts; returns how to take them away, so that `$effect(() => shortcuts.add(…))` does both. */
  add(...shortcuts: Shortcut[]): () => void {
    this.#put([...this.#entries, ...shortcuts])
    return () => this.#put(this.#entries.filter((entry) => !shortcuts.includes(entry)))
  }

  /** Starts listening; returns how to stop. The newest shortcut for a key wins. */
  listen(target: Window): () => void {
    let handled: readonly Shortcut[] | undefined
    let handler: (event: KeyboardEvent) => void = () => {}
    const onKeydown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      if (handled !== this.#entries) {
        handled = this.#entries
        handler = createKeybindingsHandler(this.#bindings())
      }
      handler(event)
    }
    target.addEventListener('keydown', onKeydown)
    return () => target.removeEventListener('keydown', onKeydown)
  }

  #bindings(): Record<string, (event: KeyboardEvent) => void> {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {}
    const steps = (entry: Shortcut) => entry.keys.split(' ').length
    // Longer sequences come first: the C of "G then C" is not also a C of its own.
    for (const entry of this.#entries.toSorted((a, b) => steps(b) - steps(a))) {
      const { run } = entry
      if (!run) continue
      bindings[entry.keys] = (event) => {
        if (event.defaultPrevented) return
        if (isModalOpen() || (!entry.whileTyping && isTyping(event.target))) return
        event.preventDefault()
        run(event)
      }
    }
    return bindings
  }
}

const NOT_TEXT = new Set([
  'button',
  'checkbox',
  'color',
  'file',
  'image',
  'radio',
  'range',
  'reset',
  'submit',
])

/** Whether a key pressed here would write something. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLInputElement) return !NOT_TEXT.has(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

function isModalOpen(): boolean {
  return (
    document.querySelector(
      '[role=dialog][data-state=open], [role=alertdialog][data-state=open], [role=menu]',
    ) !== null
  )
}

/** `$mod+Shift+k` as the keys a person sees: `⌘ ⇧ K` on a Mac, `Ctrl Shift K` elsewhere; `g c` stays two steps. */
export function keysToShow(keys: string, mac = isMac()): string[][] {
  const names: Record<string, string> = mac
    ? { $mod: '⌘', Shift: '⇧', Alt: '⌥', Control: '⌃', Meta: '⌘', Enter: '↩', Escape: 'Esc' }
    : { $mod: 'Ctrl', Control: 'Ctrl', Meta: 'Win', Escape: 'Esc' }
  const arrows: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' }
  return keys.split(' ').map((step) => {
    const parts = step.split('+').filter(Boolean)
    const last = parts.at(-1) ?? ''
    // Shift is part of typing a sign like `?`; showing it would only puzzle.
    const sign = last.length === 1 && !/[a-z0-9]/i.test(last)
    return parts
      .filter((part) => !(sign && part === 'Shift'))
      .map((part) => names[part] ?? arrows[part] ?? (part.length === 1 ? part.toUpperCase() : part))
  })
}

export function isMac(): boolean {
  return /mac|iphone|ipad/i.test(navigator.platform)
}
