import {
  checkImport,
  deleteImport,
  listImports,
  runImport,
  stopImport,
  uploadImport,
  type Import,
} from '$api'
import { explain } from '$features/accounts'
import { m } from '$paraglide/messages'
import { Resource, type Toasts } from '$shared'

const LOOK_MS = 700

/** What the page of imports knows and does. How far one is, is nowhere told, so it looks while one is under way. */
export class Imports {
  readonly resource = new Resource<Import[]>(listImports)
  /** How much of an archive has gone up; null while none does. */
  uploading = $state<number | null>(null)
  readonly #toasts: Toasts

  readonly list = $derived(this.resource.value ?? [])
  readonly busy = $derived(this.list.find((one) => one.progress !== null))

  constructor(toasts: Toasts) {
    this.#toasts = toasts
  }

  /** Looks again while something is under way. Gives how to stop. */
  watch(): (() => void) | undefined {
    const doing = this.busy
    if (!doing) return undefined
    const timer = setInterval(() => void this.#look(doing), LOOK_MS)
    return () => clearInterval(timer)
  }

  async #look(doing: Import) {
    let now: Import[]
    try {
      now = await listImports()
    } catch {
      // What is on screen stays; the next look may succeed.
      return
    }
    this.resource.set(now)
    const after = now.find((one) => one.id === doing.id)
    if (doing.state !== 'running' || !after || after.progress) return
    if (after.state === 'done') this.#toasts.good(m.moving_import_done({ name: after.name }))
    else if (!after.failure) this.#toasts.good(m.moving_import_stopped())
  }

  async upload(file: File, signal: AbortSignal) {
    this.uploading = 0
    try {
      await uploadImport(file, (part) => (this.uploading = part), signal)
      this.#toasts.good(m.moving_import_uploaded())
      await this.resource.reload()
    } catch (error) {
      if (!signal.aborted) this.#toasts.danger(explain(error))
    } finally {
      this.uploading = null
    }
  }

  /** Answers with what went wrong. */
  async run(one: Import): Promise<string | void> {
    try {
      this.#put(await runImport(one.id))
    } catch (error) {
      return explain(error)
    }
  }

  check = (one: Import): Promise<void> => this.#do(() => checkImport(one.id))

  stop = (one: Import): Promise<void> => this.#do(() => stopImport(one.id))

  async #do(act: () => Promise<Import>) {
    try {
      this.#put(await act())
    } catch (error) {
      this.#toasts.danger(explain(error))
    }
  }

  /** Answers with what went wrong. */
  async remove(one: Import): Promise<string | void> {
    try {
      await deleteImport(one.id)
    } catch (error) {
      return explain(error)
    }
    this.resource.set(this.list.filter((other) => other.id !== one.id))
    this.#toasts.good(m.moving_import_deleted())
  }

  #put(changed: Import) {
    this.resource.set(this.list.map((other) => (other.id === changed.id ? changed : other)))
  }
}
