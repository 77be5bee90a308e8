import {
  cancelRestore,
  checkBackup,
  createBackup,
  deleteBackup,
  drillBackups,
  getBackupPlan,
  listBackups,
  stageRestore,
  uploadBackup,
  type Backup,
  type BackupPlan,
  type BackupWork,
} from '$api'
import { explain } from '$features/accounts'
import { m } from '$paraglide/messages'
import { Resource, type Toasts } from '$shared'

const LOOK_MS = 700

export interface Seen {
  list: Backup[]
  plan: BackupPlan
}

const look = async (): Promise<Seen> => {
  const [list, plan] = await Promise.all([listBackups(), getBackupPlan()])
  return { list, plan }
}

/** What the page of backups knows and does. How far something is, is nowhere told, so it looks while something is under way. */
export class Desk {
  readonly resource = new Resource<Seen>(look)
  beginning = $state(false)
  /** How much of a backup has gone up; null while none does. */
  uploading = $state<number | null>(null)
  readonly #toasts: Toasts

  readonly list = $derived(this.resource.value?.list ?? [])
  readonly plan = $derived(this.resource.value?.plan)
  readonly work = $derived(this.plan?.work ?? null)
  readonly running = $derived(this.list.find((backup) => backup.state === 'running'))
  readonly newest = $derived(this.list.find((backup) => backup.state === 'ready' && !backup.uploaded))

  constructor(toasts: Toasts) {
    this.#toasts = toasts
  }

  /** Looks again while something is under way. Gives how to stop. */
  watch(): (() => void) | undefined {
    if (!this.running && !this.work) return undefined
    const [making, doing] = [this.running?.id, this.work]
    const timer = setInterval(() => void this.#look(making, doing), LOOK_MS)
    return () => clearInterval(timer)
  }

  async #look(making: string | undefined, doing: BackupWork | null) {
    let now: Seen
    try {
      now = await look()
    } catch {
      // What is on screen stays; the next look may succeed.
      return
    }
    this.resource.set(now)
    if (making && now.list.some((backup) => backup.id === making && backup.state === 'ready')) {
      this.#toasts.good(m.admin_backup_made())
    }
    if (doing && !now.plan.work) this.#ended(doing, now)
  }

  #ended({ kind, backup }: BackupWork, { list, plan }: Seen) {
    if (kind === 'restore') {
      if (plan.staged) this.#toasts.good(m.admin_restore_ready())
      else this.#toasts.danger(m.admin_restore_failed())
    }
    if (kind === 'check') {
      const good = !list.find((other) => other.id === backup)?.check?.failure
      if (good) this.#toasts.good(m.admin_backup_check_good())
      else this.#toasts.danger(m.admin_backup_check_bad())
    }
  }

  begin = async () => {
    this.beginning = true
    try {
      const backup = await createBackup()
      this.#put([backup, ...this.list.filter((other) => other.state === 'ready')])
    } catch (error) {
      this.#toasts.danger(explain(error))
    } finally {
      this.beginning = false
    }
  }

  async check(backup: Backup) {
    await this.#work(() => checkBackup(backup.id))
  }

  drill = async () => {
    await this.#work(drillBackups)
  }

  async #work(begin: () => Promise<BackupWork>) {
    try {
      const work = await begin()
      if (this.plan) this.took({ ...this.plan, work })
    } catch (error) {
      this.#toasts.danger(explain(error))
    }
  }

  /** Answers with what went wrong. */
  async remove(backup: Backup): Promise<string | void> {
    try {
      await deleteBackup(backup.id)
    } catch (error) {
      return explain(error)
    }
    this.#put(this.list.filter((other) => other.id !== backup.id))
    if (backup.state === 'ready') this.#toasts.good(m.admin_backup_deleted())
  }

  /** Answers with what went wrong. */
  async restore(backup: Backup): Promise<string | void> {
    try {
      this.took(await stageRestore(backup.id, backup.contents?.team ?? ''))
    } catch (error) {
      return explain(error)
    }
  }

  cancel = async () => {
    try {
      this.took(await cancelRestore())
      this.#toasts.good(m.admin_restore_cancelled())
    } catch (error) {
      this.#toasts.danger(explain(error))
    }
  }

  async upload(file: File, signal: AbortSignal) {
    this.uploading = 0
    try {
      await uploadBackup(file, (part) => (this.uploading = part), signal)
      this.#toasts.good(m.admin_backup_upload_done())
      await this.resource.reload()
    } catch (error) {
      if (!signal.aborted) this.#toasts.danger(explain(error))
    } finally {
      this.uploading = null
    }
  }

  /** A plan that an answer brought. */
  took(plan: BackupPlan) {
    this.resource.set({ list: this.list, plan })
  }

  #put(list: Backup[]) {
    if (this.plan) this.resource.set({ list, plan: this.plan })
  }
}
