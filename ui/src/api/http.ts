import { toProblem } from './problem'

export const BASE = '/api/v1'

/** What a generated call comes back with: an answer, or why there is none. */
type Outcome<Answer> = Promise<{ data?: Answer; error?: unknown; response?: Response }>

/** The whole answer of a generated call; throws a Problem where it failed. */
export async function answer<Answer>(outcome: Outcome<Answer>): Promise<Answer> {
  const { data, error, response } = await outcome
  if (response?.ok) return data as Answer
  // Giving up a call is no problem of the server's.
  if (!response && error instanceof DOMException && error.name === 'AbortError') throw error
  throw toProblem(error, response)
}

/** What stands under `data` of an answer. The caller names the exact shape: see types.ts. */
export async function content<Content>(outcome: Outcome<{ data: unknown }>): Promise<Content> {
  return (await answer(outcome)).data as Content
}

/** A call whose answer says nothing. */
export async function done(outcome: Outcome<unknown>): Promise<void> {
  await answer(outcome)
}

/** With the version that a change was made from, a change to something newer fails with `version_mismatch`. */
export const ifMatch = (version: number | undefined) =>
  version === undefined ? {} : { headers: { 'If-Match': `"${version}"` } }
