import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Realtime, type ConnectionState, type RealtimeHandlers } from './realtime'

class FakeSocket {
  static all: FakeSocket[] = []
  readyState = 0
  sent: Record<string, unknown>[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor() {
    FakeSocket.all.push(this)
  }
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.readyState = 3
  }
  opens() {
    this.readyState = 1
    this.onopen?.()
  }
  says(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  ends(code: number) {
    this.readyState = 3
    this.onclose?.({ code })
  }
}

const sockets = FakeSocket.all
const latest = () => sockets.at(-1)!
const ready = (resume: 'replayed' | 'reset', cursor = 'c1') => ({
  type: 'ready',
  resume,
  cursor,
  pingMs: 25_000,
})
const event = (cursor: string) => ({ type: 'event', cursor, name: 'hub.updated', data: {} })

let states: ConnectionState[]
let handlers: { [Name in keyof RealtimeHandlers]: ReturnType<typeof vi.fn> }
let realtime: Realtime

beforeEach(() => {
  vi.useFakeTimers()
  sockets.length = 0
  states = []
  handlers = {
    onState: vi.fn((state) => states.push(state)),
    onEvent: vi.fn(),
    onPresence: vi.fn(),
    onDisk: vi.fn(),
    onWhisper: vi.fn(),
    onTyping: vi.fn(),
    onReset: vi.fn(async () => 'fresh'),
    onSignedOut: vi.fn(),
    onHeldUp: vi.fn(),
    onOutdated: vi.fn(),
    onUnreachable: vi.fn(),
  }
  realtime = new Realtime({
    ...(handlers as unknown as RealtimeHandlers),
    client: 'tab',
    cursor: 'c0',
    url: 'ws://hub',
    open: () => new FakeSocket() as unknown as WebSocket,
    random: () => 1,
  })
  realtime.start()
})

afterEach(() => {
  realtime.stop()
  vi.useRealTimers()
})

const goLive = () => {
  latest().opens()
  latest().says(ready('replayed'))
}

describe('resuming', () => {
  it('says hello with its cursor and goes live', () => {
    latest().opens()
    expect(latest().sent[0]).toMatchObject({ type: 'hello', protocol: 1, cursor: 'c0', client: 'tab' })
    latest().says(ready('replayed'))
    expect(states).toEqual(['live'])
  })

  it('comes back with the cursor of the last event it heard', () => {
    goLive()
    latest().says(event('c7'))
    latest().ends(1006)
    expect(states.at(-1)).toBe('waiting')
    vi.advanceTimersByTime(500)
    latest().opens()
    expect(latest().sent[0]).toMatchObject({ cursor: 'c7' })
  })

  it('loads afresh on a reset, deaf to events until the second ready', async () => {
    latest().opens()
    latest().says(ready('reset'))
    latest().says(event('old'))
    await vi.waitFor(() => expect(latest().sent).toHaveLength(2))
    expect(latest().sent[1]).toMatchObject({ type: 'hello', cursor: 'fresh' })
    latest().says(event('old too'))
    latest().says(ready('replayed', 'fresh'))
    latest().says(event('new'))
    expect(handlers.onEvent).toHaveBeenCalledTimes(1)
  })

  it('starts over when loading afresh fails', async () => {
    handlers.onReset.mockRejectedValueOnce(new Error('offline'))
    latest().opens()
    latest().says(ready('reset'))
    await vi.waitFor(() => expect(states.at(-1)).toBe('waiting'))
  })
})

describe('liveness', () => {
  it('drops a socket that does not answer within 4 s of coming online', () => {
    goLive()
    window.dispatchEvent(new Event('online'))
    expect(latest().sent.at(-1)).toEqual({ type: 'ping' })
    vi.advanceTimersByTime(4_000)
    expect(states.at(-1)).toBe('waiting')
  })

  it('keeps a socket that answers', () => {
    goLive()
    window.dispatchEvent(new Event('online'))
    latest().says({ type: 'pong', cursor: 'c9' })
    vi.advanceTimersByTime(10_000)
    expect(states.at(-1)).toBe('live')
  })

  it('asks by itself when it is quiet, and gives up after a minute of silence', () => {
    goLive()
    vi.advanceTimersByTime(30_000)
    expect(latest().sent.at(-1)).toEqual({ type: 'ping' })
    vi.advanceTimersByTime(40_000)
    expect(sockets.length).toBeGreaterThan(1)
  })

  it('asks after the clock jumped, as it does when a laptop wakes', () => {
    goLive()
    vi.setSystemTime(Date.now() + 600_000)
    latest().says({ type: 'pong', cursor: 'c1' })
    vi.advanceTimersByTime(5_000)
    expect(latest().sent.at(-1)).toEqual({ type: 'ping' })
  })

  it('does not wait for a server that never answers the knock', () => {
    vi.advanceTimersByTime(9_999)
    expect(sockets).toHaveLength(1)
    vi.advanceTimersByTime(501)
    expect(sockets[0]?.readyState).toBe(3)
    expect(sockets).toHaveLength(2)
  })

  it('never has two sockets, however often it is told to try', () => {
    goLive()
    latest().ends(1006)
    for (let i = 0; i < 3; i++) realtime.retryNow()
    expect(sockets.filter((socket) => socket.readyState !== 3)).toHaveLength(1)
  })

  it('says so when there is no network', () => {
    goLive()
    window.dispatchEvent(new Event('offline'))
    expect(states.at(-1)).toBe('waiting')
  })

  it('comes back at once when the network does', () => {
    goLive()
    for (let i = 0; i < 6; i++) {
      latest().ends(1006)
      vi.advanceTimersByTime(15_000)
    }
    latest().ends(1006)
    const before = sockets.length
    window.dispatchEvent(new Event('online'))
    expect(sockets).toHaveLength(before + 1)
  })
})

describe('close codes', () => {
  it('4001 ends it', () => {
    goLive()
    latest().ends(4001)
    vi.advanceTimersByTime(60_000)
    expect(handlers.onSignedOut).toHaveBeenCalledOnce()
    expect(sockets).toHaveLength(1)
  })

  it.each([4003, 4008, 1012])('%i comes back quickly with the old cursor', (code) => {
    goLive()
    latest().says(event('c5'))
    latest().ends(code)
    vi.advanceTimersByTime(500)
    latest().opens()
    expect(sockets).toHaveLength(2)
    expect(latest().sent[0]).toMatchObject({ type: 'hello', cursor: 'c5' })
  })

  it('4010 ends it until something is set up', () => {
    goLive()
    latest().ends(4010)
    vi.advanceTimersByTime(60_000)
    expect(handlers.onHeldUp).toHaveBeenCalledOnce()
    expect(handlers.onSignedOut).not.toHaveBeenCalled()
    expect(sockets).toHaveLength(1)
  })

  it('4009 asks for a newer page', () => {
    goLive()
    latest().ends(4009)
    expect(handlers.onOutdated).toHaveBeenCalledOnce()
  })

  it('asks why when it cannot get through', () => {
    for (let i = 0; i < 3; i++) {
      latest().ends(1006)
      vi.advanceTimersByTime(2_000)
    }
    expect(handlers.onUnreachable).toHaveBeenCalledOnce()
  })
})

it('tells of typing at most every 3 s', () => {
  goLive()
  const typed = () => latest().sent.filter((frame) => frame.type === 'typing').length
  realtime.typing('general')
  realtime.typing('general')
  expect(typed()).toBe(1)
  vi.advanceTimersByTime(3_000)
  realtime.typing('general')
  expect(typed()).toBe(2)
})
