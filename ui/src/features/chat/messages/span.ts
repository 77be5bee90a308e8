// Which numbers the list counts. All of them, unless there are so many that their heights would add up to
// more than a browser can scroll; then those around the place that is being read.

export interface Span {
  readonly from: number
  readonly to: number
}

const MOST = 250_000

export function spanAround(number: number, last: number): Span {
  if (last <= MOST) return { from: 1, to: Number.MAX_SAFE_INTEGER }
  const from = Math.max(1, Math.min(number - MOST / 2, last - MOST + 1))
  return { from, to: from + MOST > last ? Number.MAX_SAFE_INTEGER : from + MOST - 1 }
}

/** Row 0 stands above the first message. */
export const rowOf = (span: Span, number: number) => number - span.from + 1
export const numberOf = (span: Span, row: number) => span.from + row - 1
