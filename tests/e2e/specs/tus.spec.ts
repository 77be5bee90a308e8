import { Upload } from 'tus-js-client'
import { sample } from '../support/files.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

/** The published client as a script would use it, unmodified. */
function upload(bytes: Buffer, more: { url?: string; stopAt?: number } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const run = new Upload(bytes, {
      endpoint: `${hub.hearth.url()}/api/v1/uploads`,
      uploadUrl: more.url ? `${hub.hearth.url()}${new URL(more.url).pathname}` : null,
      headers: { authorization: `Bearer ${hub.ann.api.token}` },
      metadata: { filename: 'sample.bin', filetype: 'application/octet-stream' },
      chunkSize: 256 * 1024,
      retryDelays: [0, 100, 300],
      onChunkComplete: (_size, accepted) => {
        if (more.stopAt !== undefined && accepted >= more.stopAt) {
          void run.abort().then(() => resolve(run.url ?? ''))
        }
      },
      onError: reject,
      onSuccess: () => resolve(run.url ?? ''),
    })
    run.start()
  })
}

async function content(url: string): Promise<Buffer> {
  const id = url.split('/').at(-1)
  const answer = await fetch(`${hub.hearth.url()}/api/v1/files/${id}/content`, {
    headers: { authorization: `Bearer ${hub.ann.api.token}` },
  })
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

test('tus-js-client uploads, resumes after an interruption and after the server was killed', async () => {
  const bytes = sample(3_000_000)
  expect((await content(await upload(bytes))).equals(bytes)).toBe(true)

  const stopped = await upload(bytes, { stopAt: 700_000 })
  await hub.hearth.kill()
  await hub.hearth.startAgain()
  const answer = await fetch(stopped, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${hub.ann.api.token}`, 'tus-resumable': '1.0.0' },
  })
  expect(Number(answer.headers.get('upload-offset'))).toBeGreaterThanOrEqual(700_000)
  const resumed = await upload(bytes, { url: stopped })
  expect(resumed).toBe(stopped)
  expect((await content(resumed)).equals(bytes)).toBe(true)
})

test('tus-js-client ends an upload that it gives up', async () => {
  const stopped = await upload(sample(1_000_000), { stopAt: 300_000 })
  await Upload.terminate(stopped, { headers: { authorization: `Bearer ${hub.ann.api.token}` } })
  const answer = await fetch(stopped, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${hub.ann.api.token}`, 'tus-resumable': '1.0.0' },
  })
  expect(answer.status).toBe(404)
})
