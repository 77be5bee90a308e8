import { isProblem } from '$api'
import { tick } from 'svelte'
import { focusFirstInvalid } from '$shared'
import { explain, fieldOf } from './problems'

type Errors = Record<string, string | undefined>

/**
 * The life of a form: what is wrong with which field, what is wrong with all of it, whether it is on its way. Keeps the
 * focus where something has to be mended.
 */
export class Form {
  /** By field name; what the checks and the server found. */
  errors = $state<Errors>({})
  /** What concerns no single field. */
  error = $state<string | null>(null)
  busy = $state(false)
  /** The last failure, for who wants to branch on its code. */
  failure = $state.raw<unknown>(null)
  element = $state<HTMLFormElement | null>(null)
  #labels: Record<string, string>

  /** @param labels the fields this form shows, by the server's names; errors of others go to `error` */
  constructor(labels: Record<string, string>) {
    this.#labels = labels
  }

  /** Checks, sends, and sorts what comes back. Answers true when it went through. */
  async submit(check: () => Errors, send: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false
    this.error = null
    this.failure = null
    this.errors = check()
    if (Object.values(this.errors).some(Boolean)) {
      await this.#focus()
      return false
    }
    this.busy = true
    try {
      await send()
      return true
    } catch (error) {
      this.#take(error)
      return false
    } finally {
      this.busy = false
      if (this.failure) await this.#focus()
    }
  }

  clear(field: string): void {
    if (this.errors[field]) this.errors[field] = undefined
  }

  #take(error: unknown) {
    this.failure = error
    const named = fieldOf(error)
    if (named && named in this.#labels) {
      this.errors[named] = explain(error)
      return
    }
    if (isProblem(error, 'validation') && error.errors.length > 0) {
      const rest: string[] = []
      for (const { field, message } of error.errors) {
        const label = this.#labels[field]
        if (label !== undefined) this.errors[field] = `${label} ${message}`
        else rest.push(`${field} ${message}`)
      }
      this.error = rest.length > 0 ? rest.join('. ') : null
      return
    }
    this.error = explain(error)
  }

  async #focus() {
    await tick()
    focusFirstInvalid(this.element)
  }
}
