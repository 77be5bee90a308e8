import { listLog, type LogLevel, type LogLine } from '$api'

/** How often newer lines are asked for while somebody looks. */
const LIVE_MS = 2_000
/** How many lines are kept on the page. */
const MOST = 2_000
const PAGE = 200
/** How many parts of the log without a fitting line are looked through in a row. */
const LOOKS = 10

/** The hub's log as somebody looks at it: the newest lines, older ones on demand, and what is being written. */
export class Log {
  lines = $state.raw<LogLine[]>([])
  stage = $state<'loading' | 'ready' | 'failed'>('loading')
  /** Where older lines are; `null` at the beginning of the log. */
  before = $state<string | null>(null)
  older = $state<'idle' | 'loading' | 'failed'>('idle')
  /** Whether newer lines come as they are written. */
  live = $state(true)
  /** Newer lines cannot be had at the moment. */
  stale = $state(false)
  #level: LogLevel = 'info'
  #text = ''
  #after: string | undefined
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Shows what fits. */
  async show(level: LogLevel, text: string): Promise<void> {
    this.leave()
    const mine = this.#asked
    this.#level = level
    this.#text = text
    if (this.stage === 'failed') this.stage = 'loading'
    try {
      const page = await listLog({ level, text, limit: PAGE })
      if (mine !== this.#asked) return
      this.lines = page.lines
      this.before = page.before ?? null
      this.#after = page.after ?? undefined
      this.stage = 'ready'
      this.older = 'idle'
      if (page.lines.length === 0) void this.more()
      this.#later()
    } catch {
      if (mine === this.#asked) this.stage = 'failed'
    }
  }

  /** Looks for older lines. */
  async more(): Promise<void> {
    if (this.before === null || this.older === 'loading') return
    const mine = this.#asked
    this.older = 'loading'
    try {
      for (let look = 0; look < LOOKS && this.before !== null; look++) {
        const page = await listLog({
          level: this.#level,
          text: this.#text,
          before: this.before,
          limit: PAGE,
        })
        if (mine !== this.#asked) return
        this.before = page.before ?? null
        this.lines = [...page.lines, ...this.lines]
        if (page.lines.length > 0) break
      }
      this.older = 'idle'
    } catch {
      if (mine === this.#asked) this.older = 'failed'
    }
  }

  leave(): void {
    clearTimeout(this.#timer)
    this.#asked += 1
  }

  /** Adds newer lines; where that makes too many, the oldest are asked for again when somebody wants them. */
  #add(newer: LogLine[]): void {
    const all = [...this.lines, ...newer]
    this.lines = all.slice(-MOST)
    if (all.length > MOST) this.before = this.lines[0]?.place ?? this.before
  }

  #later(): void {
    this.#timer = setTimeout(() => void this.#newer(), LIVE_MS)
  }

  async #newer(): Promise<void> {
    const mine = this.#asked
    if (this.live && document.visibilityState === 'visible') {
      try {
        const from = this.#after === undefined ? {} : { after: this.#after }
        const page = await listLog({ level: this.#level, text: this.#text, ...from, limit: PAGE })
        if (mine !== this.#asked) return
        this.#after = page.after ?? this.#after
        if (page.lines.length > 0) this.#add(page.lines)
        this.stale = false
      } catch {
        if (mine !== this.#asked) return
        this.stale = true
      }
    }
    this.#later()
  }
}
