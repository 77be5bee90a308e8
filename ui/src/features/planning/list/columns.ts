// Which columns a list shows, as its address says: `columns=key,due`. What is not said there is the usual.

import { m } from '$paraglide/messages.js'

export const COLUMNS = ['key', 'label', 'estimate', 'start', 'due', 'updated', 'assignee'] as const
export type Column = (typeof COLUMNS)[number]

const USUAL: readonly Column[] = ['key', 'label', 'due', 'assignee']

export function columnsOf(query: URLSearchParams): ReadonlySet<Column> {
  const said = query.get('columns')
  if (said === null) return new Set(USUAL)
  const words = said.split(',')
  return new Set(COLUMNS.filter((column) => words.includes(column)))
}

/** What the address says of them; null when they are the usual. */
export function columnsQuery(columns: ReadonlySet<Column>): string | null {
  const shown = COLUMNS.filter((column) => columns.has(column))
  return shown.join() === USUAL.join() ? null : shown.join()
}

/** The same with one more, or one less. */
export function turned(columns: ReadonlySet<Column>, column: Column): ReadonlySet<Column> {
  const next = new Set(columns)
  if (!next.delete(column)) next.add(column)
  return next
}

export const columnName = (column: Column): string =>
  ({
    key: m.tasks_key(),
    label: m.tasks_labels(),
    estimate: m.tasks_estimate(),
    start: m.tasks_start(),
    due: m.tasks_due(),
    updated: m.planning_updated(),
    assignee: m.tasks_assignees(),
  })[column]

/** How wide each is. Labels stand beside the title. */
const WIDTHS: Partial<Record<Column, string>> = {
  estimate: '64px',
  start: '92px',
  due: '104px',
  updated: '84px',
  assignee: '76px',
}

/** The tracks of a row: marks, title, then the columns that are shown. */
export function tracks(columns: ReadonlySet<Column>, selectable: boolean): string {
  const after = COLUMNS.flatMap((column) => (columns.has(column) ? (WIDTHS[column] ?? []) : []))
  return [
    ...(selectable ? ['24px'] : []),
    '26px 26px',
    ...(columns.has('key') ? ['74px'] : []),
    'minmax(0, 1fr)',
    ...after,
  ].join(' ')
}
