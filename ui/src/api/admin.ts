import { uploadFile } from './archives'
import * as sdk from './generated'
import { answer, BASE, content, done } from './http'
import type {
  Act,
  AuditPage,
  Backup,
  BackupPlan,
  BackupPlanPatch,
  BackupWork,
  Job,
  JobState,
  LogLevel,
  LogPage,
  ManagedPerson,
  NewcomerLine,
  NumberedPage,
  Overview,
  OwnedToken,
  PeopleOrder,
  PersonDetails,
  PersonStanding,
  Role,
  Security,
} from './types'

/** The newest first, and before them the one that is being made or could not be. */
export const listBackups = (): Promise<Backup[]> => content(sdk.listBackups())

/** Begins one; the list says how far it is. */
export const createBackup = (): Promise<Backup> => content(sdk.createBackup())

export const deleteBackup = (id: string): Promise<void> => done(sdk.deleteBackup({ path: { id } }))

/** Where the browser downloads a backup from. */
export const backupFileUrl = (id: string): string => `${BASE}/admin/backups/${id}/file`

export interface PeopleQuery {
  q?: string
  role?: Role
  standing?: PersonStanding
  sort?: PeopleOrder
}

/** The people of the team as admins see them. */
export async function listPeople(
  query: PeopleQuery & { page?: number; limit?: number },
): Promise<{ people: ManagedPerson[]; pagination: NumberedPage }> {
  const page = await answer(sdk.listPeople({ query }))
  return { people: page.data as ManagedPerson[], pagination: page.pagination }
}

/** A person with their devices and API tokens. */
export const getPerson = (userId: string): Promise<PersonDetails> =>
  content(sdk.getPerson({ path: { userId } }))

/** Signs out one device of somebody, or revokes one of their API tokens. */
export const deletePersonSession = (userId: string, sessionId: string): Promise<void> =>
  done(sdk.deletePersonSession({ path: { userId, sessionId } }))

/** Signs somebody out everywhere; their API tokens stay. */
export const deletePersonSessions = (userId: string): Promise<void> =>
  done(sdk.deletePersonSessions({ path: { userId } }))

/** Switches off somebody's two-factor sign-in. */
export const resetTwoFactor = (userId: string): Promise<void> =>
  done(sdk.resetTwoFactor({ path: { userId } }))

/** Adds the people of a table, or with `dryRun` says what would come of each line. */
export const createPeople = (csv: string, dryRun: boolean): Promise<NewcomerLine[]> =>
  content(sdk.createPeople({ body: { csv, dryRun } }))

/** What the configuration decides, and who was refused lately. */
export const getSecurity = (): Promise<Security> => content(sdk.getSecurity())

/** The API tokens of everyone, the latest used first. */
export const listAllTokens = (): Promise<OwnedToken[]> => content(sdk.listAllTokens())

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

export interface LogFilter {
  level: LogLevel
  text: string
  /** A place from an earlier answer: only lines before it, or only those after it. */
  before?: string
  after?: string
  limit: number
}

/** Lines of the hub's own log, the newest last. */
export const listLog = (query: LogFilter): Promise<LogPage> => content(sdk.listLog({ query }))

/** Where the browser downloads what somebody needs who helps from afar. */
export const supportBundleUrl = `${BASE}/admin/support.zip`

/** What the hub does by itself, and when it was done last. */
export const listJobs = (): Promise<JobState[]> => content(sdk.listJobs())

/** Has it done now. */
export const runJob = (job: Job): Promise<JobState> => content(sdk.runJob({ path: { job } }))

/** When backups are made, and how it stands with them. */
export const getBackupPlan = (): Promise<BackupPlan> => content(sdk.getBackupPlan())

export const updateBackupPlan = (patch: BackupPlanPatch): Promise<BackupPlan> =>
  content(sdk.updateBackupPlan({ body: patch }))

/** Begins to read a backup wholly; the list says what came of it. */
export const checkBackup = (id: string): Promise<BackupWork> => content(sdk.checkBackup({ path: { id } }))

/** Begins to restore the newest backup for practice; the plan says what came of it. */
export const drillBackups = (): Promise<BackupWork> => content(sdk.drillBackups())

/** Prepares a restore for the next start. `team` is the name of the team in the backup. */
export const stageRestore = (id: string, team: string): Promise<BackupPlan> =>
  content(sdk.stageRestore({ path: { id }, body: { team } }))

export const cancelRestore = (): Promise<BackupPlan> => content(sdk.cancelRestore())

/** Brings a backup from this computer. `onprogress` hears of a part from 0 to 1. */
export function uploadBackup(
  file: Blob,
  onprogress: (part: number) => void,
  signal: AbortSignal,
): Promise<Backup> {
  return uploadFile('/admin/backups/upload', file, onprogress, signal)
}
