export const PASSWORD_MIN = 8

export type PasswordLevel = 'empty' | 'short' | 'weak' | 'fair' | 'strong'

export interface PasswordFeedback {
  level: PasswordLevel
  /** How many characters are missing to be accepted at all. */
  missing: number
}

/** The first words everybody tries. The server holds the long list; this only spares the most usual refusal a round trip. */
const USUAL = [
  'password',
  'passwort',
  'qwerty',
  'qwertz',
  'azerty',
  'iloveyou',
  'letmein',
  'welcome',
  'admin',
  'abc123',
  'monkey',
  'dragon',
  'football',
  'baseball',
  'sunshine',
  'princess',
]

/** Says how good a password is while it is typed. Length counts most; runs, repeats and one's own names count nothing. */
export function judgePassword(password: string, own: readonly string[] = []): PasswordFeedback {
  const length = [...password].length
  if (length === 0) return { level: 'empty', missing: PASSWORD_MIN }
  if (length < PASSWORD_MIN) return { level: 'short', missing: PASSWORD_MIN - length }
  const worth = worthOf(password, own)
  const level = worth < PASSWORD_MIN ? 'weak' : worth < 13 ? 'fair' : 'strong'
  return { level, missing: 0 }
}

/** How many characters are left that somebody would have to guess. */
function worthOf(password: string, own: readonly string[]): number {
  let rest = password.toLowerCase()
  const known = [...USUAL, ...own.flatMap((words) => words.toLowerCase().split(/[\s.@_-]+/))]
  for (const word of known) if (word.length >= 4) rest = rest.replaceAll(word, ' ')
  const letters = [...rest]
  let worth = 0
  for (let i = 0; i < letters.length; i++) {
    const step = (letters[i]?.codePointAt(0) ?? 0) - (letters[i - 1]?.codePointAt(0) ?? Number.NaN)
    if (Math.abs(step) > 1 || Number.isNaN(step)) worth++
  }
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) =>
    kind.test(password),
  ).length
  const distinct = new Set(letters).size
  return Math.min(worth, distinct * 2) + Math.max(0, kinds - 1)
}
