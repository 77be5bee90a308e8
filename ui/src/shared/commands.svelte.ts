import type { Component } from 'svelte'

/** Something the palette can do or go to. */
export interface Command {
  /** Stable; recent choices are remembered by it. */
  id: string
  /** What the row says, in the reader's language. */
  label: string
  /** The heading it is listed under when nothing was typed. */
  group: string
  /** More words it is found by. */
  keywords?: readonly string[]
  /** A quieter second text: the topic of a channel, the user name of a person. */
  detail?: string
  icon?: Component<{ size?: number | string }>
  /** A person's picture in place of an icon. */
  person?: { id: string; name: string; avatar: string | null }
  /** Shown at the end of the row, in the notation of `Shortcut.keys`. */
  keys?: string
  /** Listed before its equals: 1 for a conversation with unread messages, for instance. */
  weight?: number
  /** Made of what was typed, so there is nothing to remember. */
  passing?: boolean
  run: () => unknown
}

/** Where features put what the palette offers, so that no feature needs to know another. */
export class Commands {
  // Plain, with a signal beside it, for the reason that Shortcuts gives.
  #sources: readonly (() => readonly Command[])[] = []
  #answers: readonly ((typed: string) => readonly Command[])[] = []
  #changed = $state.raw({})

  /** Adds a source, asked anew whenever what it reads changes; returns how to take it away. */
  add(source: () => readonly Command[]): () => void {
    this.#put([...this.#sources, source])
    return () => this.#put(this.#sources.filter((other) => other !== source))
  }

  #put(sources: readonly (() => readonly Command[])[]) {
    this.#sources = sources
    this.#changed = {}
  }

  /** Adds what can be done with whatever was typed, offered after what fits it; returns how to take it away. */
  addAnswers(source: (typed: string) => readonly Command[]): () => void {
    this.#answers = [...this.#answers, source]
    this.#changed = {}
    return () => {
      this.#answers = this.#answers.filter((other) => other !== source)
      this.#changed = {}
    }
  }

  /** What can be done with what was typed. */
  answers(typed: string): Command[] {
    void this.#changed
    return this.#answers.flatMap((source) => source(typed))
  }

  get all(): Command[] {
    void this.#changed
    return this.#sources.flatMap((source) => source())
  }

  /** Whether the palette is on screen; anything may open it. */
  open = $state(false)
  /** What was typed for the palette before it was on screen. */
  typed = $state('')

  /** What was typed, once. */
  take(): string {
    const { typed } = this
    this.typed = ''
    return typed
  }

  /** Whether the list of shortcuts is on screen. */
  helpOpen = $state(false)
}
