import { afterEach, expect, it, vi } from 'vitest'
import { sendMessage } from './chat'
import { client } from './generated/client.gen'
import { getBootstrap } from './hub'
import { logout, setAvatar } from './accounts'
import { isProblem } from './problem'

// There is no address bar here that a path could start from.
client.setConfig({ baseUrl: 'http://hub.local' })

const json = (body: unknown, status = 200, type = 'application/json') =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': type } })

function serve(response: () => Response | Promise<Response>) {
  const fetched = vi.fn(async (_: Request) => response())
  vi.stubGlobal('fetch', fetched)
  return fetched
}

const failure = async (call: Promise<unknown>) => {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('it should have failed')
}

afterEach(() => {
  vi.unstubAllGlobals()
})

it('gives what stands under data', async () => {
  const fetched = serve(() => json({ success: true, data: { cursor: '7' } }))
  expect(await getBootstrap()).toEqual({ cursor: '7' })
  expect(fetched.mock.calls[0]![0].url).toMatch(/\/api\/v1\/bootstrap$/)
})

it('sends JSON, and pictures as they are', async () => {
  const fetched = serve(() => json({ data: {} }, 201))
  await sendMessage('c1', 'hello', 'k1')
  await setAvatar(new Blob(['png'], { type: 'image/png' }))
  const [message, picture] = fetched.mock.calls.map(([request]) => request)
  expect(await message!.json()).toEqual({ body: 'hello', clientKey: 'k1' })
  expect(picture!.headers.get('content-type')).toBe('image/png')
})

it('turns a problem document into a Problem', async () => {
  serve(() =>
    json({ code: 'channel_archived', title: 'Archived', status: 409 }, 409, 'application/problem+json'),
  )
  const problem = await failure(sendMessage('c1', 'hello', 'k1'))
  expect(isProblem(problem, 'channel_archived')).toBe(true)
})

it('knows a server that cannot be reached, and a stranger that answers for it', async () => {
  serve(() => Promise.reject(new TypeError('Failed to fetch')))
  expect(await failure(getBootstrap())).toMatchObject({ code: 'offline', status: 0, passing: true })
  serve(() => new Response('<html>Bad gateway', { status: 502 }))
  expect(await failure(getBootstrap())).toMatchObject({ code: 'unknown', status: 502, passing: true })
})

it('takes an empty answer for what it is', async () => {
  serve(() => new Response(null, { status: 204 }))
  expect(await logout()).toBeUndefined()
})
