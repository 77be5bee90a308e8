// Colours for code: shiki, loaded the first time a message needs it, with a grammar loaded the first time
// its language appears. The JavaScript regex engine, because the page may run neither WASM nor eval.

import type { HighlighterCore, LanguageInput } from 'shiki/core'

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

const languages: Record<string, () => Promise<{ default: LanguageInput }>> = {
  bash: () => import('@shikijs/langs/bash'),
  c: () => import('@shikijs/langs/c'),
  cpp: () => import('@shikijs/langs/cpp'),
  csharp: () => import('@shikijs/langs/csharp'),
  css: () => import('@shikijs/langs/css'),
  diff: () => import('@shikijs/langs/diff'),
  go: () => import('@shikijs/langs/go'),
  html: () => import('@shikijs/langs/html'),
  ini: () => import('@shikijs/langs/ini'),
  java: () => import('@shikijs/langs/java'),
  javascript: () => import('@shikijs/langs/javascript'),
  json: () => import('@shikijs/langs/json'),
  kotlin: () => import('@shikijs/langs/kotlin'),
  markdown: () => import('@shikijs/langs/markdown'),
  php: () => import('@shikijs/langs/php'),
  python: () => import('@shikijs/langs/python'),
  ruby: () => import('@shikijs/langs/ruby'),
  rust: () => import('@shikijs/langs/rust'),
  sql: () => import('@shikijs/langs/sql'),
  swift: () => import('@shikijs/langs/swift'),
  toml: () => import('@shikijs/langs/toml'),
  typescript: () => import('@shikijs/langs/typescript'),
  xml: () => import('@shikijs/langs/xml'),
  yaml: () => import('@shikijs/langs/yaml'),
}

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

let highlighter: Promise<HighlighterCore> | undefined

/** Words come before their colours: the highlighter is fetched when the page has nothing else to do. */
const idle = () =>
  new Promise<void>((resolve) => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => resolve(), { timeout: 2_000 })
    else setTimeout(resolve, 200)
  })

async function start(): Promise<HighlighterCore> {
  await idle()
  const [{ createHighlighterCore, createCssVariablesTheme }, { createJavaScriptRegexEngine }] =
    await Promise.all([import('shiki/core'), import('shiki/engine/javascript')])
  return createHighlighterCore({
    themes: [createCssVariablesTheme({ name: 'hearth', variablePrefix: '--', variableDefaults: {} })],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  })
}

/** Remembers the colours of what was shown, so that scrolling back does not colour it again. */
export class Colours {
  #known = new Map<string, readonly CodeLine[]>()

  get(language: string, text: string): readonly CodeLine[] | undefined {
    return this.#known.get(`${languageOf(language)}\n${text}`)
  }

  /** Works out the colours; false when there are none to be had. */
  async load(language: string, text: string): Promise<boolean> {
    const name = languageOf(language)
    const grammar = languages[name]
    if (!grammar || text.length > LONGEST) return false
    const key = `${name}\n${text}`
    if (this.#known.has(key)) return false
    highlighter ??= start()
    // What could not be fetched now may be there the next time.
    highlighter.catch(() => (highlighter = undefined))
    const [core, loaded] = await Promise.all([highlighter, grammar()])
    if (!core.getLoadedLanguages().includes(name)) await core.loadLanguage(loaded.default)
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
