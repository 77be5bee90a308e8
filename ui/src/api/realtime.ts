// The WebSocket: hello, ready, replay, reset, liveness and coming back, as the contract has them. Knows
// nothing about what the events mean.

import { backoff } from './backoff'
import type { User } from './types'

export type PresenceState = 'active' | 'away' | 'offline'

export interface EventFrame {
  type: 'event'
  cursor: string
  name: string
  channelId?: string
  data: unknown
  clientKey?: string
}

/** What a program answers me alone. */
export interface Whisper {
  channelId: string
  command: string
  /** Markdown. */
  text: string
}

export type ServerFrame =
  | {
      type: 'ready'
      resume: 'replayed' | 'reset'
      cursor: string
      pingMs: number
      user: User
      diskFull?: boolean
    }
  | EventFrame
  | { type: 'presence'; full: boolean; users: { userId: string; state: PresenceState }[] }
  | { type: 'typing'; channelId: string; userId: string }
  | { type: 'disk'; full: boolean }
  | ({ type: 'whisper' } & Whisper)
  | { type: 'pong'; cursor: string }

/** `connecting` the first time, `live`, `waiting` between attempts, `closed` for good. */
export type ConnectionState = 'connecting' | 'live' | 'waiting' | 'closed'

export interface RealtimeHandlers {
  onState(state: ConnectionState): void
  onEvent(event: EventFrame): void
  onPresence(full: boolean, users: { userId: string; state: PresenceState }[]): void
  onTyping(channelId: string, userId: string): void
  /** Whether the hub's disk is so full that it takes nothing more. */
  onDisk(full: boolean): void
  onWhisper(whisper: Whisper): void
  /** What was missed is too much: load afresh and give the new cursor. Rejects when that fails. */
  onReset(): Promise<string>
  /** Not signed in any more. */
  onSignedOut(): void
  /** Two-factor sign-in is to be set up before anything else. */
  onHeldUp(): void
  /** The server speaks a newer protocol. */
  onOutdated(): void
  /** Several attempts failed before a socket opened: is it the network, or the session? */
  onUnreachable(): void
}

export interface RealtimeOptions extends RealtimeHandlers {
  /** Names this tab. */
  client: string
  cursor: string
  url?: string
  open?: (url: string) => WebSocket
  random?: () => number
}

const PROTOCOL = 1
const PING_DEADLINE_MS = 4_000
/** From knocking to the first word. A network that swallows packets would otherwise be waited for by minutes. */
const OPEN_DEADLINE_MS = 10_000
const DEAD_AFTER_MS = 60_000
const TICK_MS = 5_000
const CLOCK_JUMP_MS = 15_000
const TYPING_EVERY_MS = 3_000
const FAILURES_BEFORE_ASKING = 2

export function realtimeUrl(): string {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/realtime`
}

export class Realtime {
  #options: RealtimeOptions
  #socket: WebSocket | undefined
  #cursor: string
  #state: ConnectionState = 'connecting'
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #tick: ReturnType<typeof setInterval> | undefined
  #deadline: ReturnType<typeof setTimeout> | undefined
  #lastHeard = 0
  #lastTick = 0
  #lastPing = 0
  #pingMs = 25_000
  /** Between a reset and the ready of the second hello, events belong to a picture that is being replaced. */
  #deaf = false
  #typed = new Map<string, number>()
  #presence: 'active' | 'away' = 'active'

  constructor(options: RealtimeOptions) {
    this.#options = options
    this.#cursor = options.cursor
  }

  start(): void {
    window.addEventListener('online', this.#check)
    window.addEventListener('offline', this.#cutOff)
    window.addEventListener('pageshow', this.#check)
    document.addEventListener('visibilitychange', this.#visible)
    this.#lastTick = Date.now()
    this.#tick = setInterval(this.#onTick, TICK_MS)
    this.#connect()
  }

  stop(): void {
    window.removeEventListener('online', this.#check)
    window.removeEventListener('offline', this.#cutOff)
    window.removeEventListener('pageshow', this.#check)
    document.removeEventListener('visibilitychange', this.#visible)
    clearInterval(this.#tick)
    clearTimeout(this.#retry)
    this.#drop(1000)
    this.#enter('closed')
  }

  /** Tries now instead of at the end of the wait. */
  retryNow(): void {
    if (this.#state !== 'waiting') return
    clearTimeout(this.#retry)
    this.#connect()
  }

  /** Tells the others; repeats itself at most every 3 s however often it is called. */
  typing(channelId: string): void {
    const now = Date.now()
    if (now - (this.#typed.get(channelId) ?? 0) < TYPING_EVERY_MS) return
    this.#typed.set(channelId, now)
    this.#send({ type: 'typing', channelId })
  }

  /** The next keystroke tells the others at once, because a message ended the last notice. */
  typingEnded(channelId: string): void {
    this.#typed.delete(channelId)
  }

  presence(state: 'active' | 'away'): void {
    if (state === this.#presence) return
    this.#presence = state
    this.#send({ type: 'presence', state })
  }

  #enter(state: ConnectionState) {
    if (state === this.#state) return
    this.#state = state
    this.#options.onState(state)
  }

  #connect() {
    // An attempt that is still under way is given up: it began before whatever made us try again.
    this.#drop()
    const open = this.#options.open ?? ((url) => new WebSocket(url))
    const socket = open(this.#options.url ?? realtimeUrl())
    this.#socket = socket
    this.#deaf = false
    this.#lastHeard = Date.now()
    this.#expectWord(OPEN_DEADLINE_MS)
    socket.onopen = () => {
      if (socket === this.#socket) this.#hello()
    }
    socket.onmessage = (message) => {
      if (socket === this.#socket) this.#hear(String(message.data))
    }
    socket.onclose = (close) => {
      if (socket === this.#socket) this.#lost(close.code)
    }
  }

  #hello() {
    this.#send({
      type: 'hello',
      protocol: PROTOCOL,
      cursor: this.#cursor,
      client: this.#options.client,
      visible: document.visibilityState === 'visible',
    })
  }

  #send(frame: object) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  #hear(text: string) {
    this.#lastHeard = Date.now()
    clearTimeout(this.#deadline)
    this.#deadline = undefined
    const frame = JSON.parse(text) as ServerFrame
    switch (frame.type) {
      case 'ready':
        return this.#ready(frame)
      case 'event':
        if (this.#deaf) return
        this.#options.onEvent(frame)
        this.#cursor = frame.cursor
        return
      case 'presence':
        return this.#options.onPresence(frame.full, frame.users)
      case 'typing':
        return this.#options.onTyping(frame.channelId, frame.userId)
      case 'disk':
        return this.#options.onDisk(frame.full)
      case 'whisper':
        return this.#options.onWhisper(frame)
      case 'pong':
        // The queue keeps its order: everything before this cursor has been heard.
        if (!this.#deaf && frame.cursor) this.#cursor = frame.cursor
        return
    }
  }

  #ready(frame: Extract<ServerFrame, { type: 'ready' }>) {
    this.#pingMs = frame.pingMs || this.#pingMs
    this.#options.onDisk(frame.diskFull === true)
    if (frame.resume === 'reset') {
      this.#deaf = true
      void this.#reset(this.#socket)
      return
    }
    this.#deaf = false
    this.#attempt = 0
    this.#enter('live')
    if (this.#presence === 'away') this.#send({ type: 'presence', state: 'away' })
  }

  async #reset(socket: WebSocket | undefined) {
    try {
      this.#cursor = await this.#options.onReset()
      if (socket === this.#socket) this.#hello()
    } catch {
      if (socket === this.#socket) this.#lost(1006)
    }
  }

  #lost(code: number) {
    this.#drop()
    switch (code) {
      case 4001:
        this.#enter('closed')
        this.stop()
        return this.#options.onSignedOut()
      case 4010:
        this.#enter('closed')
        this.stop()
        return this.#options.onHeldUp()
      case 4009:
        this.#enter('waiting')
        this.#options.onOutdated()
        break
      case 4003:
      case 4008:
      case 1012:
        // Nothing is wrong with the way there: what I may see has changed, I was too slow, or the server starts
        // anew. Come back at once, and slow down only if that fails.
        this.#attempt = Math.min(this.#attempt, 1)
        break
    }
    this.#enter('waiting')
    if (this.#attempt >= FAILURES_BEFORE_ASKING && this.#attempt % FAILURES_BEFORE_ASKING === 0) {
      this.#options.onUnreachable()
    }
    const wait = backoff(this.#attempt++, this.#options.random)
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#connect(), wait)
  }

  #drop(code?: number) {
    clearTimeout(this.#deadline)
    this.#deadline = undefined
    const socket = this.#socket
    this.#socket = undefined
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    if (socket.readyState <= WebSocket.OPEN) socket.close(code)
  }

  #visible = () => {
    if (document.visibilityState === 'visible') this.#check()
  }

  /** No network at all: what is said now reaches nobody. A server on this very computer answers the next knock. */
  #cutOff = () => {
    if (this.#state === 'live') this.#lost(1006)
  }

  /** A socket may claim to be open long after the way there is gone: ask, and do not wait for long. */
  #check = () => {
    if (this.#state === 'closed') return
    if (this.#state === 'waiting') return this.retryNow()
    if (this.#deadline !== undefined || !this.#socket) return
    if (this.#socket.readyState === WebSocket.OPEN) this.#ping()
    this.#expectWord(PING_DEADLINE_MS)
  }

  /** Any frame ends the wait; without one the socket counts as lost. */
  #expectWord(ms: number) {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => {
      this.#deadline = undefined
      this.#lost(1006)
    }, ms)
  }

  #ping() {
    this.#lastPing = Date.now()
    this.#send({ type: 'ping' })
  }

  #onTick = () => {
    const now = Date.now()
    const jumped = now - this.#lastTick > CLOCK_JUMP_MS
    this.#lastTick = now
    if (this.#state === 'waiting' || this.#state === 'closed') {
      if (jumped) this.#check()
      return
    }
    if (now - this.#lastHeard > DEAD_AFTER_MS) return this.#lost(1006)
    if (jumped) return this.#check()
    const quiet = now - Math.max(this.#lastHeard, this.#lastPing)
    if (quiet >= this.#pingMs) this.#ping()
  }
}
