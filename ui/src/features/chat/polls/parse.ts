// `"What for lunch?" "Soup" "Bread"`: what to ask, and what may be answered.

export interface Asked {
  question: string
  options: string[]
}

export const FEWEST_OPTIONS = 2
export const MOST_OPTIONS = 20
export const LONGEST_OPTION = 200
export const LONGEST_QUESTION = 1_000

/** In any of the quotes that keyboards make. */
const QUOTED = /"([^"]*)"|[“„”]([^“„”]*)[“”]|«([^»]*)»/g

/** What stands between quotes, the question first; words without any are the question. */
export function parsePoll(text: string): Asked {
  const quoted = [...text.matchAll(QUOTED)].map((found) => (found[1] ?? found[2] ?? found[3] ?? '').trim())
  const [question, ...options] = quoted.filter(Boolean)
  return question === undefined
    ? { question: text.replace(/["“„”«»]/g, '').trim(), options: [] }
    : { question, options: [...new Set(options)] }
}

/** Whether it can be asked like this. */
export const isWhole = ({ question, options }: Asked): boolean =>
  question.trim() !== '' &&
  [...question].length <= LONGEST_QUESTION &&
  options.length >= FEWEST_OPTIONS &&
  options.length <= MOST_OPTIONS &&
  options.every((option) => option.trim() !== '' && [...option].length <= LONGEST_OPTION) &&
  new Set(options.map((option) => option.trim().toLowerCase())).size === options.length
