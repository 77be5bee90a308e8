import { discardUpload, isProblem, Problem, upload, type ProblemCode } from '$api'
import { randomId, type Lock } from '$platform'
import { SvelteMap } from 'svelte/reactivity'
import { type Kept, KeptFiles } from './kept'

export const MOST_FILES = 20
/** This many at once; the others wait for their turn. */
const AT_ONCE = 3

/** A file that was chosen, as it is shown. */
export interface Chosen {
  readonly key: string
  readonly draft: string | null
  readonly name: string
  readonly size: number
  readonly type: string
  /** An address of the picture itself, for what is one. */
  readonly preview: string | undefined
  /** `waiting` for its turn or for the network; `failed` waits for a person. */
  readonly state: 'waiting' | 'uploading' | 'done' | 'failed'
  /** How many bytes are there. */
  readonly sent: number
  readonly code: ProblemCode | undefined
}

interface Options {
  owner: string
  lock: Lock
  kept?: KeptFiles
}

/** Everything that was chosen and is not yet in a message: uploads it, and tells how far it is. */
export class Uploads {
  #owner: string
  #lock: Lock
  #kept: KeptFiles
  #chosen = new SvelteMap<string, Chosen>()
  #rows = new Map<string, Kept>()
  #running = new Map<string, AbortController>()
  /** Those that were tried in vain a moment ago. */
  #resting = new Map<string, ReturnType<typeof setTimeout>>()
  #waiters = new Map<string, Set<() => void>>()
  #lastOrder = 0
  #stopped = false
  /** What an earlier page left behind is here. */
  readonly #loaded: Promise<void>

  constructor({ owner, lock, kept = new KeptFiles() }: Options) {
    this.#owner = owner
    this.#lock = lock
    this.#kept = kept
    this.#loaded = this.#load()
  }

  async #load() {
    for (const row of await this.#kept.all(this.#owner)) this.#take(row)
    this.#next()
  }

  stop(): void {
    this.#stopped = true
    for (const run of this.#running.values()) run.abort()
    for (const timer of this.#resting.values()) clearTimeout(timer)
    for (const chosen of this.#chosen.values()) if (chosen.preview) URL.revokeObjectURL(chosen.preview)
  }

  /** Those that stand in a composer, in the order of choosing. */
  inDraft(draft: string): readonly Chosen[] {
    return [...this.#chosen.values()]
      .filter((chosen) => chosen.draft === draft)
      .sort((a, b) => this.#orderOf(a) - this.#orderOf(b))
  }

  /** Those of a message that is on its way. */
  of(keys: readonly string[]): readonly Chosen[] {
    return keys.map((key) => this.#chosen.get(key)).filter((chosen) => chosen !== undefined)
  }

  #orderOf(chosen: Chosen) {
    return this.#rows.get(chosen.key)?.order ?? 0
  }

  /** Takes files into a composer and begins to upload them. Gives how many were too many. */
  add(draft: string, files: readonly File[]): number {
    const room = MOST_FILES - this.inDraft(draft).length
    const taken = files.slice(0, Math.max(0, room))
    for (const file of taken) {
      this.#lastOrder = Math.max(this.#lastOrder + 1, Date.now() * 1000)
      const row: Kept = {
        key: randomId(),
        owner: this.#owner,
        draft,
        name: file.name || nameOf(file),
        size: file.size,
        type: file.type,
        order: this.#lastOrder,
        bytes: file,
      }
      this.#take(row)
      void this.#kept.put(row)
    }
    this.#next()
    return files.length - taken.length
  }

  #take(row: Kept) {
    this.#rows.set(row.key, row)
    this.#lastOrder = Math.max(this.#lastOrder, row.order)
    const picture = /^image\/(png|jpeg|webp|gif|avif)$/.test(row.type)
    this.#chosen.set(row.key, {
      key: row.key,
      draft: row.draft,
      name: row.name,
      size: row.size,
      type: row.type,
      preview: picture ? URL.createObjectURL(row.bytes) : undefined,
      state: row.fileId ? 'done' : 'waiting',
      sent: row.fileId ? row.size : 0,
      code: undefined,
    })
  }

  #change(key: string, change: Partial<Chosen>) {
    const before = this.#chosen.get(key)
    if (!before) return
    this.#chosen.set(key, { ...before, ...change })
    if (change.state) for (const tell of this.#waiters.get(key) ?? []) tell()
  }

  #update(key: string, change: Partial<Kept>) {
    const row = this.#rows.get(key)
    if (!row) return
    const next = { ...row, ...change }
    this.#rows.set(key, next)
    void this.#kept.put(next)
  }

  /** They leave the composer with their message. */
  sendOff(draft: string): string[] {
    const keys = this.inDraft(draft)
      .filter((chosen) => chosen.state !== 'failed')
      .map((chosen) => chosen.key)
    this.#move(keys, null)
    return keys
  }

  /** The message was not taken: they stand in the composer again. */
  bringBack(draft: string, keys: readonly string[]): void {
    this.#move(keys, draft)
  }

  /** A conversation that did not exist when they were chosen exists now. */
  moveDraft(from: string, to: string): void {
    this.#move(
      this.inDraft(from).map((chosen) => chosen.key),
      to,
    )
  }

  #move(keys: readonly string[], draft: string | null) {
    for (const key of keys) {
      this.#update(key, { draft })
      this.#change(key, { draft })
    }
  }

  retry(key: string): void {
    if (this.#chosen.get(key)?.state !== 'failed') return
    this.#change(key, { state: 'waiting', code: undefined })
    this.#next()
  }

  /** The way to the server is open again. */
  resume(): void {
    for (const timer of this.#resting.values()) clearTimeout(timer)
    this.#resting.clear()
    this.#next()
  }

  /** Gives it up, here and on the server. */
  cancel(key: string): void {
    const url = this.#rows.get(key)?.url
    this.forget([key])
    // What the server does not hear of now it gives up by itself.
    if (url) void discardUpload(url).catch(() => {})
  }

  /** They are in a message now, or nowhere any more. */
  forget(keys: readonly string[]): void {
    for (const key of keys) {
      this.#running.get(key)?.abort()
      const chosen = this.#chosen.get(key)
      if (chosen?.preview) URL.revokeObjectURL(chosen.preview)
      this.#chosen.delete(key)
      this.#rows.delete(key)
      void this.#kept.remove(key)
      for (const tell of this.#waiters.get(key) ?? []) tell()
    }
    this.#next()
  }

  /** The file's id, as soon as all of it is on the server. Rejects with why it will not be. */
  async fileId(key: string, signal: AbortSignal): Promise<string> {
    await this.#loaded
    for (;;) {
      signal.throwIfAborted()
      const chosen = this.#chosen.get(key)
      const fileId = this.#rows.get(key)?.fileId
      if (fileId) return fileId
      if (!chosen) {
        // Chosen in another tab; where the browser keeps nothing, that tab has to send it.
        const row = await this.#kept.get(key)
        if (row?.owner !== this.#owner) throw new Problem({ status: 0, code: 'busy' })
        this.#take(row)
        continue
      }
      if (chosen.state === 'failed') throw new Problem({ status: 422, code: chosen.code ?? 'unknown' })
      this.#next()
      await this.#news(key, signal)
    }
  }

  #news(key: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(key) ?? new Set()
      this.#waiters.set(key, waiters)
      const tell = () => {
        waiters.delete(tell)
        if (waiters.size === 0) this.#waiters.delete(key)
        signal.removeEventListener('abort', tell)
        resolve()
      }
      waiters.add(tell)
      signal.addEventListener('abort', tell)
    })
  }

  #next() {
    if (this.#stopped) return
    const waiting = [...this.#chosen.values()]
      .filter(({ key, state }) => state === 'waiting' && !this.#running.has(key) && !this.#resting.has(key))
      .sort((a, b) => this.#orderOf(a) - this.#orderOf(b))
    for (const { key } of waiting.slice(0, Math.max(0, AT_ONCE - this.#running.size))) void this.#run(key)
  }

  async #run(key: string) {
    const stop = new AbortController()
    this.#running.set(key, stop)
    try {
      // Another tab may be uploading the same file; when it is done there is nothing left to do.
      await this.#lock(`hearth.upload.${key}`, () => this.#upload(key, stop.signal))
    } catch (error) {
      if (stop.signal.aborted) return
      // Without network it waits; what the server refuses waits for a person.
      if (isProblem(error) && (error.passing || error.status === 401)) {
        this.#change(key, { state: 'waiting' })
        this.#rest(key, (error.retryAfter ?? 4) * 1000)
      } else {
        this.#change(key, { state: 'failed', code: isProblem(error) ? error.code : 'unknown' })
      }
    } finally {
      this.#running.delete(key)
      this.#next()
    }
  }

  #rest(key: string, ms: number) {
    const timer = setTimeout(() => {
      this.#resting.delete(key)
      this.#next()
    }, ms)
    this.#resting.set(key, timer)
  }

  async #upload(key: string, signal: AbortSignal) {
    const fresh = await this.#kept.get(key)
    const row = this.#rows.get(key)
    if (!row || signal.aborted) return
    if (fresh?.fileId) this.#rows.set(key, { ...row, fileId: fresh.fileId, url: fresh.url })
    else {
      this.#change(key, { state: 'uploading' })
      const fileId = await upload({
        file: row.bytes,
        name: row.name,
        url: fresh?.url ?? row.url,
        signal,
        onurl: (url) => this.#update(key, { url }),
        onprogress: (sent) => this.#change(key, { sent }),
      })
      this.#update(key, { fileId })
    }
    this.#change(key, { state: 'done', sent: row.size, code: undefined })
  }
}

/** What is pasted has no name. */
function nameOf(file: File): string {
  const ending = file.type.split('/')[1]?.split(/[+;]/)[0] ?? 'bin'
  return `pasted.${ending === 'jpeg' ? 'jpg' : ending}`
}
