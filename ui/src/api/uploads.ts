// Uploads by the tus protocol. The client for it is fetched the first time that somebody has a file.

import { BASE } from './http'
import { Problem, toProblem } from './problem'

/** Soon at first; after the last the upload waits until the way to the server is open again. */
const RETRY_AFTER_MS = [0, 500, 1_500, 4_000]

export interface UploadOptions {
  file: Blob
  name: string
  /** Where an earlier attempt had begun. */
  url?: string
  signal: AbortSignal
  /** The server knows of it: under this address it can be gone on with. */
  onurl: (url: string) => void
  /** How many bytes are there. */
  onprogress: (sent: number) => void
}

/** Gives the id of the file. Rejects with a Problem, or as aborted. */
export async function upload(options: UploadOptions): Promise<string> {
  const { file, name, url, signal, onurl, onprogress } = options
  const { Upload } = await import('tus-js-client').catch(() => {
    throw new Problem({ status: 0, code: 'offline' })
  })
  signal.throwIfAborted()
  return new Promise<string>((resolve, reject) => {
    const run = new Upload(file, {
      endpoint: `${BASE}/uploads`,
      uploadUrl: url ?? null,
      metadata: { filename: name },
      retryDelays: RETRY_AFTER_MS,
      storeFingerprintForResuming: false,
      // Whole in one request: what has arrived when the connection is lost stays.
      uploadDataDuringCreation: false,
      onUploadUrlAvailable: () => onurl(run.url ?? ''),
      onProgress: (sent) => onprogress(sent),
      onSuccess: () => resolve(idOf(run.url ?? '')),
      onError: (error) => reject(problemOf(error)),
    })
    signal.addEventListener('abort', () => {
      void run.abort().finally(() => reject(signal.reason as Error))
    })
    run.start()
  })
}

/** Gives up an upload, or removes the file that it became while that is in no message. */
export async function discardUpload(url: string): Promise<void> {
  const answer = await fetch(url, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } }).catch(
    () => undefined,
  )
  if (!answer) throw new Problem({ status: 0, code: 'offline' })
  if (!answer.ok && answer.status !== 404) throw toProblem(await answer.json().catch(() => undefined), answer)
}

const idOf = (url: string) => url.split('/').at(-1) ?? ''

interface Failed {
  originalResponse?: {
    getStatus(): number
    getBody(): string
    getHeader(name: string): string | undefined
  } | null
}

function problemOf(error: Error): Problem {
  const answer = (error as Failed).originalResponse
  if (!answer?.getStatus()) return new Problem({ status: 0, code: 'offline' })
  let body: unknown
  try {
    body = JSON.parse(answer.getBody())
  } catch {
    body = undefined
  }
  const retryAfter = answer.getHeader('retry-after')
  const headers = retryAfter ? { 'retry-after': retryAfter } : undefined
  return toProblem(body, new Response(null, { status: Math.max(200, answer.getStatus()), headers }))
}
