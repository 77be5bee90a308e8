import * as sdk from './generated'
import { BASE, content, done } from './http'
import type { Backup } from './types'

/** The newest first, and before them the one that is being made or could not be. */
export const listBackups = (): Promise<Backup[]> => content(sdk.listBackups())

/** Begins one; the list says how far it is. */
export const createBackup = (): Promise<Backup> => content(sdk.createBackup())

export const deleteBackup = (id: string): Promise<void> => done(sdk.deleteBackup({ path: { id } }))

/** Where the browser downloads a backup from. */
export const backupFileUrl = (id: string): string => `${BASE}/admin/backups/${id}/file`
