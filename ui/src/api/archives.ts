import { BASE } from './http'
import { Problem, toProblem } from './problem'

/** Sends a whole file as the body of a request, and gives what was made of it. `onprogress` hears of a part from 0 to 1. */
export function uploadFile<T>(
  path: string,
  file: Blob,
  onprogress: (part: number) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // fetch does not tell how far an upload is.
    const request = new XMLHttpRequest()
    request.open('POST', `${BASE}${path}`)
    request.setRequestHeader('content-type', 'application/zip')
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => onprogress(total > 0 ? loaded / total : 0)
    request.onload = () => {
      const answer = request.response as { data: T } | null
      if (request.status === 201 && answer) return resolve(answer.data)
      reject(toProblem(answer, new Response(null, { status: Math.max(200, request.status) })))
    }
    request.onerror = () => reject(new Problem({ status: 0, code: 'offline' }))
    request.onabort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
