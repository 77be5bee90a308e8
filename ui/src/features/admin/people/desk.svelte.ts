import {
  createResetLink,
  deleteUser,
  isProblem,
  resetTwoFactor,
  resumeUser,
  suspendUser,
  updateUser,
  type Account,
  type ManagedPerson,
  type Role,
} from '$api'
import { explain, roleName } from '$features/accounts'
import type { Hearth } from '$features/hub'
import { m } from '$paraglide/messages'
import type { Toasts } from '$shared'

/** Somebody as this page knows them, or a part of it. */
export type Part = Partial<ManagedPerson> & { id: string }

/** What can be done with people, from their list as from a page of one of them. */
export class Desk {
  /** A reset link is being made for them. */
  making = $state<string | null>(null)
  resetting = $state.raw<{ person: ManagedPerson; link: { url: string; expiresAt: string } } | null>(null)
  removing = $state.raw<ManagedPerson | null>(null)
  suspending = $state.raw<ManagedPerson | null>(null)
  /** Whose two-factor sign-in is to be switched off. */
  unlocking = $state.raw<ManagedPerson | null>(null)
  readonly #hearth: Hearth
  readonly #toasts: Toasts
  readonly #put: (part: Part) => void
  readonly #drop: (id: string) => void

  constructor(hearth: Hearth, toasts: Toasts, put: (part: Part) => void, drop: (id: string) => void) {
    this.#hearth = hearth
    this.#toasts = toasts
    this.#put = put
    this.#drop = drop
  }

  /** Hears of what others change; `more` is told of somebody new. */
  listen(more: () => void): () => void {
    return this.#hearth.listen((event) => {
      if (event.name === 'user.updated') this.#put(event.data.user)
      else if (event.name === 'person.updated')
        this.#put({ ...event.data.account, twoFactor: event.data.twoFactor })
      else if (event.name === 'user.deleted') this.#drop(event.data.user.id)
      else if (event.name === 'user.created' && !event.data.user.bot) more()
    })
  }

  async setRole(person: ManagedPerson, role: Role): Promise<void> {
    this.#put({ id: person.id, role })
    try {
      const account = await updateUser(person.id, { role }, person.version)
      this.#put(account)
      this.#hearth.apply({ name: 'user.updated', data: { user: account } })
      this.#toasts.good(m.settings_role_changed({ name: account.name, role: roleName(account.role) }))
    } catch (error) {
      const current = isProblem(error, 'version_mismatch')
        ? (error.current as Account | undefined)
        : undefined
      this.#put(current ?? person)
      this.#toasts.danger(current ? m.settings_role_conflict({ name: current.name }) : explain(error))
    }
  }

  async makeLink(person: ManagedPerson): Promise<void> {
    this.making = person.id
    try {
      this.resetting = { person, link: await createResetLink(person.id) }
    } catch (error) {
      this.#toasts.danger(explain(error))
    } finally {
      this.making = null
    }
  }

  async resume(person: ManagedPerson): Promise<void> {
    try {
      this.#put(await resumeUser(person.id))
      this.#toasts.good(m.settings_person_resumed({ name: person.name }))
    } catch (error) {
      this.#toasts.danger(explain(error))
    }
  }

  /** These end a question; they give what is wrong, if anything. */
  suspend = async (): Promise<string | void> => {
    const person = this.suspending
    if (!person) return
    try {
      this.#put(await suspendUser(person.id))
    } catch (error) {
      return explain(error)
    }
    this.#toasts.good(m.settings_person_suspended_done({ name: person.name }))
  }

  remove = async (): Promise<string | void> => {
    const person = this.removing
    if (!person) return
    try {
      await deleteUser(person.id)
    } catch (error) {
      return explain(error)
    }
    this.#drop(person.id)
    this.#toasts.good(m.settings_person_removed({ name: person.name }))
  }

  unlock = async (): Promise<string | void> => {
    const person = this.unlocking
    if (!person) return
    try {
      await resetTwoFactor(person.id)
    } catch (error) {
      return explain(error)
    }
    this.#put({ id: person.id, twoFactor: false })
    this.#toasts.good(m.admin_two_factor_reset_done({ name: person.name }))
  }
}
