import { m } from '$paraglide/messages.js'

const LONGEST = 80

/** As the server will keep it: small letters, and a dash where a space was typed. */
export function tidyName(typed: string): string {
  return typed
    .replace(/^\s*#+/, '')
    .trimStart()
    .toLowerCase()
    .replace(/\s+/g, '-')
}

/** What is wrong with the name of a channel, or nothing. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return m.chat_name_empty()
  if ([...name].length > LONGEST) return m.chat_name_too_long({ most: LONGEST })
  if (!/^[\p{L}\p{N}._-]+$/u.test(name)) return m.chat_name_signs()
  return undefined
}
