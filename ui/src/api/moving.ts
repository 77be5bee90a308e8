import { uploadFile } from './archives'
import * as sdk from './generated'
import { BASE, content, done } from './http'
import type { Exports, Import } from './types'

/** Archives of another chat, the newest first. */
export const listImports = (): Promise<Import[]> => content(sdk.listImports())

/** Begins to count what is in an archive; nothing changes. */
export const checkImport = (importId: string): Promise<Import> =>
  content(sdk.checkImport({ path: { importId } }))

/** Begins to bring an archive, or goes on with it; the list says how far it is. */
export const runImport = (importId: string): Promise<Import> => content(sdk.runImport({ path: { importId } }))

export const stopImport = (importId: string): Promise<Import> =>
  content(sdk.stopImport({ path: { importId } }))

export const deleteImport = (importId: string): Promise<void> =>
  done(sdk.deleteImport({ path: { importId } }))

/** Where the browser downloads the table of what could not be brought from. */
export const importReportUrl = (importId: string): string => `${BASE}/admin/imports/${importId}/report`

/** Brings an archive from this computer. `onprogress` hears of a part from 0 to 1. */
export const uploadImport = (
  file: File,
  onprogress: (part: number) => void,
  signal: AbortSignal,
): Promise<Import> =>
  uploadFile(
    `/admin/imports/upload?name=${encodeURIComponent(file.name.slice(0, 200))}`,
    file,
    onprogress,
    signal,
  )

/** Exports of the whole team, and the one that is being made. */
export const listExports = (): Promise<Exports> => content(sdk.listExports())

/** Begins one; the list says how far it is. */
export const createExport = (): Promise<Exports> => content(sdk.createExport())

export const deleteExport = (exportId: string): Promise<void> =>
  done(sdk.deleteExport({ path: { exportId } }))

/** Where the browser downloads an export from. */
export const exportFileUrl = (exportId: string): string => `${BASE}/admin/exports/${exportId}/file`
