import * as sdk from './generated'
import { answer, BASE, done } from './http'
import { toProblem } from './problem'
import type { FileCategory, FileEntry } from './types'

/** What a browser may show by itself; the server makes an attachment of everything else. */
export const fileUrl = (id: string) => `${BASE}/files/${id}/content`

/** Always to be saved. */
export const downloadUrl = (id: string) => `${BASE}/files/${id}/content?download=true`

export const thumbnailUrl = (id: string) => `${BASE}/files/${id}/thumbnail`

export interface FilePage {
  files: FileEntry[]
  /** Where to go on; null at the end. A page may be empty and yet not the last. */
  after: string | null
}

/** The newest first. */
export async function listFiles(
  query: { channelId?: string; q?: string; category?: FileCategory; after?: string; limit?: number },
  signal?: AbortSignal,
): Promise<FilePage> {
  const { after, ...rest } = query
  const place = after === undefined ? {} : { after: after as unknown as number }
  const page = await answer(sdk.listFiles({ query: { ...rest, ...place }, signal }))
  return { files: page.data as FileEntry[], after: page.pagination.after ?? null }
}

/** Only what is in no message yet. */
export const deleteFile = (id: string): Promise<void> => done(sdk.deleteFile({ path: { id } }))

/** The beginning of a file as text, and whether that is all of it. */
export async function readText(
  id: string,
  most: number,
  signal?: AbortSignal,
): Promise<{ text: string; whole: boolean }> {
  const response = await fetch(fileUrl(id), { signal, headers: { range: `bytes=0-${most - 1}` } }).catch(
    (error: unknown) => {
      throw error instanceof DOMException && error.name === 'AbortError' ? error : toProblem(error, undefined)
    },
  )
  if (response.status === 416) return { text: '', whole: true }
  if (!response.ok) throw toProblem(await response.json().catch(() => undefined), response)
  const size = Number(response.headers.get('content-range')?.split('/')[1] ?? 0)
  return { text: await response.text(), whole: size <= most }
}
