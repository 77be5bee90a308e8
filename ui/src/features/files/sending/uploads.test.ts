import { Problem, upload, type UploadOptions } from '$api'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MOST_FILES, Uploads } from './uploads.svelte'

vi.mock('$api', async (original) => ({
  ...(await original<object>()),
  upload: vi.fn(),
  discardUpload: vi.fn(async () => {}),
}))

const under: { options: UploadOptions; done: (id: string) => void; fail: (error: Error) => void }[] = []

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
  under.length = 0
  vi.mocked(upload).mockImplementation(
    (options) =>
      new Promise((done, fail) => {
        options.signal.addEventListener('abort', () => fail(options.signal.reason as Error))
        under.push({ options, done, fail })
      }),
  )
})

const opened: Uploads[] = []

afterEach(() => {
  for (const uploads of opened.splice(0)) uploads.stop()
})

function open(owner = 'ann'): Uploads {
  const uploads = new Uploads({ owner, lock: (_name, work) => work() })
  opened.push(uploads)
  return uploads
}

const file = (name: string, text = name) => new File([text], name, { type: 'text/plain' })
const never = () => new AbortController().signal
const names = (uploads: Uploads, draft = 'general') => uploads.inDraft(draft).map(({ name }) => name)

it('uploads three at a time, in the order of choosing, and tells how far each is', async () => {
  const uploads = open()
  expect(
    uploads.add(
      'general',
      ['a', 'b', 'c', 'd'].map((name) => file(name)),
    ),
  ).toBe(0)
  await vi.waitFor(() => expect(under.map(({ options }) => options.name)).toEqual(['a', 'b', 'c']))
  under[0]!.options.onprogress(1)
  expect(uploads.inDraft('general')[0]).toMatchObject({ state: 'uploading', sent: 1 })
  under[0]!.done('id-a')
  await vi.waitFor(() => expect(under).toHaveLength(4))
  const [a] = uploads.inDraft('general')
  expect(a?.state).toBe('done')
  expect(await uploads.fileId(a!.key, never())).toBe('id-a')
})

it('takes no more files than a message can have', () => {
  const uploads = open()
  const many = Array.from({ length: MOST_FILES + 3 }, (_, index) => file(`${index}`))
  expect(uploads.add('general', many)).toBe(3)
  expect(uploads.inDraft('general')).toHaveLength(MOST_FILES)
})

it('goes on after a reload where it was, for its owner only', async () => {
  const before = open()
  before.add('general', [file('a')])
  await vi.waitFor(() => expect(under).toHaveLength(1))
  under[0]!.options.onurl('/api/v1/uploads/1')
  const [key] = before.sendOff('general')
  expect(names(before)).toEqual([])
  await vi.waitFor(async () => {
    const row = await new Promise((resolve) => {
      const request = indexedDB.open('hearth-files')
      request.onsuccess = () => {
        const get = request.result.transaction('chosen').objectStore('chosen').get(key!)
        get.onsuccess = () => resolve(get.result)
      }
    })
    expect(row).toMatchObject({ url: '/api/v1/uploads/1', draft: null })
  })
  before.stop()

  const stranger = open('bob')
  const after = open()
  await vi.waitFor(() => expect(under).toHaveLength(2))
  expect(under[1]!.options.url).toBe('/api/v1/uploads/1')
  const id = after.fileId(key!, never())
  under[1]!.done('id-a')
  expect(await id).toBe('id-a')
  expect(stranger.of([key!])).toEqual([])
})

it('waits without network, and what is refused waits for a person', async () => {
  const uploads = open()
  uploads.add('general', [file('a'), file('b')])
  await vi.waitFor(() => expect(under).toHaveLength(2))
  under[0]!.fail(new Problem({ status: 0, code: 'offline' }))
  under[1]!.fail(new Problem({ status: 413, code: 'payload_too_large' }))
  await vi.waitFor(() =>
    expect(uploads.inDraft('general').map(({ state }) => state)).toEqual(['waiting', 'failed']),
  )
  const [a, b] = uploads.inDraft('general')
  await expect(uploads.fileId(b!.key, never())).rejects.toMatchObject({ code: 'payload_too_large' })
  expect(uploads.sendOff('general')).toEqual([a!.key])
  expect(names(uploads)).toEqual(['b'])
  uploads.resume()
  uploads.retry(b!.key)
  await vi.waitFor(() => expect(under).toHaveLength(4))
})

it('ends what is cancelled, and brings back what was not taken', async () => {
  const uploads = open()
  uploads.add('general', [file('a'), file('b')])
  await vi.waitFor(() => expect(under).toHaveLength(2))
  const [a] = uploads.inDraft('general')
  uploads.cancel(a!.key)
  expect(under[0]!.options.signal.aborted).toBe(true)
  const keys = uploads.sendOff('general')
  uploads.bringBack('general', keys)
  expect(names(uploads)).toEqual(['b'])
  uploads.moveDraft('general', 'elsewhere')
  expect(names(uploads, 'elsewhere')).toEqual(['b'])
})
