/** What the server takes. */
export const USERNAME_MAX = 32
export const USERNAME_MIN = 2

const SPECIAL: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** A user name out of a name: "Tomás Müller" gives `tomas.muller`. Empty when no letter survives. */
export function deriveUsername(name: string): string {
  const made = tidyUsername(
    name
      .toLowerCase()
      .replace(/[ßæøœłđðþı]/g, (letter) => SPECIAL[letter] ?? letter)
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .replace(/['’`]/g, '')
      .replace(/[^a-z0-9]+/g, '.'),
  ).replace(/[._-]+$/, '')
  return made.length >= USERNAME_MIN ? made : ''
}

/** Makes what is typed into the field something the server takes, without fighting the typing. */
export function tidyUsername(typed: string): string {
  return typed
    .toLowerCase()
    .replace(/\s+/g, '.')
    .replace(/[^a-z0-9._-]/g, '')
    .replace(/^[._-]+/, '')
    .replace(/([._-])[._-]+/g, '$1')
    .slice(0, USERNAME_MAX)
}
