// Colours for code: worked out by what grammars.ts loads, and remembered.

import type * as Grammars from './grammars'

/** What a token is, named as the colours in Markdown.svelte are. */
export type TokenKind =
  | 'keyword'
  | 'string'
  | 'comment'
  | 'constant'
  | 'function'
  | 'parameter'
  | 'punctuation'
  | 'link'
  | 'inserted'
  | 'deleted'
  | 'string-expression'

export type CodeLine = readonly { text: string; kind?: TokenKind }[]

const aliases: Record<string, string> = {
  sh: 'bash',
  shell: 'bash',
  console: 'bash',
  zsh: 'bash',
  'c++': 'cpp',
  cs: 'csharp',
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  kt: 'kotlin',
  md: 'markdown',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  ts: 'typescript',
  tsx: 'typescript',
  yml: 'yaml',
  conf: 'ini',
}

/** Longer pieces stay plain: colouring them would hold up the page. */
const LONGEST = 20_000
const KEPT = 200

const languageOf = (name: string) => aliases[name] ?? name

/** Fetched with the first code, so that nobody waits for the names of languages. */
let grammars: Promise<typeof Grammars> | undefined

/** Remembers the colours of what was shown, so that scrolling back does not colour it again. */
export class Colours {
  #known = new Map<string, readonly CodeLine[]>()

  get(language: string, text: string): readonly CodeLine[] | undefined {
    return this.#known.get(`${languageOf(language)}\n${text}`)
  }

  /** Works out the colours; false when there are none to be had. */
  async load(language: string, text: string): Promise<boolean> {
    if (text.length > LONGEST) return false
    const name = languageOf(language)
    const key = `${name}\n${text}`
    if (this.#known.has(key)) return false
    grammars ??= import('./grammars')
    // What could not be fetched now may be there the next time.
    grammars.catch(() => (grammars = undefined))
    const core = await (await grammars).highlighterFor(name)
    if (!core) return false
    const { tokens } = core.codeToTokens(text, { lang: name, theme: 'hearth' })
    this.#known.set(
      key,
      tokens.map((line) => line.map((token) => ({ text: token.content, kind: kindOf(token.color) }))),
    )
    const oldest = this.#known.keys().next()
    if (this.#known.size > KEPT && !oldest.done) this.#known.delete(oldest.value)
    return true
  }
}

/** The theme gives `var(--token-keyword)`; anything else is plain. */
function kindOf(colour: string | undefined): TokenKind | undefined {
  return /^var\(--token-([a-z-]+)\)$/.exec(colour ?? '')?.[1] as TokenKind | undefined
}
