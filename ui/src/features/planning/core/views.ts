// Which views there are, and what of an address is whose: filters go along from view to view, the rest stays behind.

export const VIEWS = ['board', 'list', 'calendar', 'timeline', 'workload'] as const
export type View = (typeof VIEWS)[number]

/** What selects tasks; a list, an export and a calendar of the same filter have the same. */
const FILTERS = ['assignee', 'label', 'priority', 'status', 'q']

export const viewOf = (word: string | undefined): View => VIEWS.find((view) => view === word) ?? 'board'

/** The first of the words that is known, or the one that stands first. */
export const oneOf = <T extends string>(word: string | null, words: readonly T[]): T =>
  words.find((known) => known === word) ?? words[0]!

/** The filters of an address alone. */
export function filtersOf(query: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams()
  for (const name of FILTERS) {
    const value = query.get(name)
    if (value) kept.set(name, value)
  }
  return kept
}

/** What an address says of a moment, and not of what is looked for. */
const MOMENTS = ['open', 'month', 'week']

/** How a view is kept under a name: the same for everything that shows the same. */
export function pathOf(view: View, query: URLSearchParams): string {
  const kept = new URLSearchParams(query)
  for (const name of MOMENTS) kept.delete(name)
  kept.sort()
  return withAddress(view, kept).replaceAll('+', '%20')
}

export function withAddress(path: string, query: URLSearchParams): string {
  const text = query.toString().replaceAll('%2C', ',')
  return text ? `${path}?${text}` : path
}

/** The query with some of it set, or taken out where the value is null. */
export function withSet(query: URLSearchParams, values: Record<string, string | null>): URLSearchParams {
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(values)) {
    if (value === null) next.delete(name)
    else next.set(name, value)
  }
  return next
}
