import * as sdk from './generated'
import { BASE, content, done } from './http'
import type { Act, AuditPage, Backup, Overview } from './types'

/** The newest first, and before them the one that is being made or could not be. */
export const listBackups = (): Promise<Backup[]> => content(sdk.listBackups())

/** Begins one; the list says how far it is. */
export const createBackup = (): Promise<Backup> => content(sdk.createBackup())

export const deleteBackup = (id: string): Promise<void> => done(sdk.deleteBackup({ path: { id } }))

/** Where the browser downloads a backup from. */
export const backupFileUrl = (id: string): string => `${BASE}/admin/backups/${id}/file`

/** How the hub is now. */
export const getOverview = (): Promise<Overview> => content(sdk.getOverview())

export interface AuditFilter {
  act?: Act
  /** By this person, or done to them. */
  person?: string
}

/** Acts of administration and security, the newest first. */
export const listAudit = (query: AuditFilter & { before?: number; limit?: number }): Promise<AuditPage> =>
  content(sdk.listAudit({ query }))

/** Where the browser downloads the audit log from, as a table. */
export function auditFileUrl(filter: AuditFilter): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value))
  return `${BASE}/admin/audit.csv${query.size ? `?${query}` : ''}`
}
