import type { BackupFlaw, BackupWork } from '$api'
import { m } from '$paraglide/messages'

/** Why something about backups went wrong, to stand after a colon. */
export function reason(flaw: BackupFlaw): string {
  switch (flaw) {
    case 'disk_full':
      return m.admin_flaw_disk_full()
    case 'folder_missing':
      return m.admin_flaw_folder_missing()
    case 'folder_refused':
      return m.admin_flaw_folder_refused()
    case 'damaged':
      return m.admin_flaw_damaged()
    case 'newer':
      return m.admin_flaw_newer()
    case 'internal':
      return m.admin_flaw_internal()
  }
}

/** What to do about a backup that could not be made. */
export function remedy(flaw: BackupFlaw | null): string {
  switch (flaw) {
    case 'disk_full':
      return m.admin_backup_failed_disk()
    case 'folder_missing':
      return m.admin_backup_failed_folder()
    case 'folder_refused':
      return m.admin_backup_failed_refused()
    default:
      return m.admin_backup_failed_other()
  }
}

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })

/** How far something is. */
export const share = (part: number): string => percent.format(Math.min(1, part))

export const shareOf = ({ done, total }: BackupWork): string => share(total > 0 ? done / total : 0)
