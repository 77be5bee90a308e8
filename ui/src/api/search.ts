import * as sdk from './generated'
import { answer } from './http'
import type { Found, SearchSort, SearchType } from './types'

export interface FoundPage {
  found: Found
  /** Where to go on; null at the end. */
  before: string | null
}

/** What I may read and what has these words. Days are those of this device. */
export async function search(
  query: { q: string; type: SearchType; sort: SearchSort; before?: string; limit?: number },
  signal?: AbortSignal,
): Promise<FoundPage> {
  const offset = -new Date().getTimezoneOffset()
  const page = await answer(sdk.search({ query: { ...query, offset }, signal }))
  return { found: page.data as Found, before: page.pagination.before ?? null }
}
