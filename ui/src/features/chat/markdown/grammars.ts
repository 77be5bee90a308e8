// shiki, loaded the first time a message needs it, with a grammar loaded the first time its language appears.
// The JavaScript regex engine, because the page may run neither WASM nor eval.

import type { HighlighterCore, LanguageInput } from 'shiki/core'

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

/** What colours this language; nothing where there is no grammar for it. */
export async function highlighterFor(language: string): Promise<HighlighterCore | undefined> {
  const grammar = languages[language]
  if (!grammar) return undefined
  highlighter ??= start()
  // What could not be fetched now may be there the next time.
  highlighter.catch(() => (highlighter = undefined))
  const [core, loaded] = await Promise.all([highlighter, grammar()])
  if (!core.getLoadedLanguages().includes(language)) await core.loadLanguage(loaded.default)
  return core
}
