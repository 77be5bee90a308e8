import type { Plugin } from 'vite'

/** A message as it is compiled: the text in one language, and the function that chooses among one. */
const COMPILED =
  /const en_(\w+) = ([^]*)export const \1 = [^]*=> \{\n[^\n]*\n\treturn en_\1\(inputs\)\n\}\);?\s*$/

/**
 * While there is one language, nothing needs to be chosen: a message is its text, without the machinery around each of them. With a second
 * language the compiled form is another one, and is left as it is.
 */
export function oneLanguage(): Plugin {
  return {
    name: 'hearth:one-language',
    apply: 'build',
    transform: {
      filter: { id: /\/paraglide\/messages\/(?!_index)\w+\.js$/ },
      handler: (code) => ({ code: code.replace(COMPILED, 'export const $1 = $2'), map: null }),
    },
  }
}
