// The server's shapes by the names the app uses. They come from its OpenAPI document; only where that calls
// a field optional because it may be null (the server always sends it) they are made exact.

import type * as server from './generated'

export type Role = server.Role
export type User = Required<server.User>
export type Account = Required<server.Account>
export type ChannelKind = server.ChannelKind
export type ChannelRole = server.MemberRole
export type ChannelMember = server.Member
export type Channel = Required<server.Channel>
export type ThreadPlace = server.ThreadPlace
export type Thread = Required<server.Thread>
export type Membership = Required<Omit<server.Membership, 'thread' | 'level'>> & {
  thread: ThreadPlace | null
  /** Null for what I usually want. */
  level: Level | null
}
export type FileInfo = Required<server.File>
export type FileCategory = server.Category
/** `thread` is what the thread hangs on that the message is in. */
export type FileEntry = Omit<server.FileEntry, 'file' | 'thread'> & {
  file: FileInfo
  thread: ThreadPlace | null
}
/** How a message of a program is shown. */
export type Alias = Required<server.Alias>
export type Message = Required<
  Omit<server.Message, 'alias' | 'files' | 'poll' | 'tasks' | 'thread' | 'twin'>
> & {
  alias: Alias | null
  tasks: MadeTask[]
  files: FileInfo[]
  thread: Thread | null
  twin: server.Twin | null
  /** What it asks; the question is what it says. */
  poll: Poll | null
}
export type PollOption = Required<server.PollOption>
export type Poll = Required<Omit<server.Poll, 'options'>> & { options: PollOption[] }
/** A poll, and by their places in its options what I chose. */
export interface PollAnswer {
  poll: Poll
  choices: number[]
}
/** Who has read a message, of how many. */
export type Readers = server.Readers
/** A poll to be asked with a message. */
export interface NewPoll {
  options: string[]
  several: boolean
  anonymous: boolean
  closesAt: string | null
}
export type Reaction = server.Reaction
export type MessageReactions = server.MessageReactions
export type PinnedMessage = Omit<server.PinnedMessage, 'message'> & { message: Message }
export type Saved = server.Saved
/** Without a message where it may no longer be read. */
export type SavedMessage = Saved & { message: Message | null; thread: ThreadPlace | null }
/** What was begun in one place; `root` is the number of the message that it replies to. */
export type Draft = Omit<server.Draft, 'root'> & { root: number | null }
/** A message that is to be sent at a moment; `root` is the number of the message that it replies to. */
export type Scheduled = Omit<server.Scheduled, 'root' | 'problem'> & {
  root: number | null
  /** Why it could not be sent. */
  problem: server.Code | null
}
/** The message that I am reminded of, and what its thread hangs on. */
export interface ReminderPlace {
  channelId: string
  number: number
  thread: ThreadPlace | null
}
/** What I want to be reminded of. */
export type Reminder = Required<Omit<server.Reminder, 'message'>> & { message: ReminderPlace | null }
/** Without a message where it is of none, and where I may no longer read it. */
export interface ReminderShown {
  reminder: Reminder
  message: Message | null
}
/** Of what in a conversation I want to be told. */
export type Level = server.Level
export type Weekday = server.Weekday
/** What I want to be told, and when. */
export type Preferences = Required<Omit<server.Preferences, 'snoozedUntil'>> & { snoozedUntil: string | null }
/** A message that speaks to me, or what I was told of a task. */
export interface Mention {
  /** Its place in my list of them. */
  place: number
  message: Message | null
  news: TaskNewsEntry | null
  thread: ThreadPlace | null
}
/** A message with the thread that hangs on it; `membership` is null for one who does not follow it. */
export interface OpenedThread {
  root: Message
  membership: Membership | null
}
/** A thread in the list of those that one follows. */
export interface FollowedThread {
  root: Message
  membership: Membership
  latest: Message[]
}
/** How I sort my side bar. A conversation stands in one section at most. */
export type Sections = server.Sections
/** People that a message can name by one word. */
export type Group = server.Group
export type SearchType = 'messages' | 'files' | 'people'
export type SearchSort = 'newest' | 'best'
export type SearchSegment = server.SearchSegment
/** A file of a message that was found; its name with marks. */
export interface SearchFile {
  file: FileInfo
  name: SearchSegment[]
}
/** A message that was found. */
export type SearchHit = Omit<server.SearchHit, 'alias' | 'thread' | 'files' | 'editedAt'> & {
  alias: Alias | null
  thread: ThreadPlace | null
  editedAt: string | null
  files: SearchFile[]
}
/** Only the list that was asked for has anything in it. */
export type Found = Omit<server.Found, 'messages' | 'files' | 'people'> & {
  messages: SearchHit[]
  files: SearchHit[]
  people: User[]
}
export type Revision = server.Revision
export type ReadMark = server.ReadView
export type Session = Required<server.Session>
export type TokenScope = server.Scope
export type Token = Required<server.Token>
/** What stands behind a link. */
export type LinkPreview = server.LinkPreview
/** An incoming webhook. */
export type Hook = Required<server.Hook>
/** With its address, which is shown only now. */
export type NewHook = Required<server.CreatedHook>
/** What a program can be told of. */
export type Topic = server.OutgoingTopic
/** A webhook by which a program is told. */
export type Outgoing = Required<server.Outgoing>
/** With its secret, which is shown only now. */
export type NewOutgoing = Outgoing & { secret: string }
export type OutgoingWish = server.OutgoingBody
export type Fault = server.Fault
/** Something that was, or is to be, told. */
export type Delivery = Required<server.Delivery>
/** A command of the composer that a program answers; where it is asked, for admins. */
export type TeamCommand = Required<server.Command>
export type NewTeamCommand = TeamCommand & { secret: string }
/** What came of asking a program. */
export type CommandOutcome =
  | { outcome: 'taken' }
  | { outcome: 'whispered'; text: string }
  | { outcome: 'said'; number: number }
  | { outcome: 'failed'; status: number | null; fault: Fault | null }
/** A program that acts in the team. */
export type Bot = Omit<Required<server.Bot>, 'tokens'> & { tokens: Token[] }
export type NewToken = Required<server.CreatedToken>
/** Nobody is invited as an owner; the code is only there for those who may hand it on. */
export type Invite = Required<Omit<server.Invite, 'role' | 'code'>> & {
  role: Exclude<Role, 'owner'>
  code?: string
}
/** How it stands with my own two-factor sign-in; `since` is null while it is off. */
export type TwoFactor = Omit<server.TwoFactor, 'since'> & { since: string | null }
/** What an app that makes codes has to know. */
export type TwoFactorSetup = server.TwoFactorSetup
/** A person as admins see them; `lastSeenAt` is null for those who never signed in. */
export type ManagedPerson = Required<server.ManagedPerson>
export interface PersonDetails {
  person: ManagedPerson
  sessions: Session[]
  tokens: Token[]
}
export type PersonStanding = 'active' | 'suspended' | 'never' | 'withoutTwoFactor'
export type PeopleOrder = 'name' | 'lastSeenAt' | '-lastSeenAt' | '-createdAt' | '-role'
/** A line of a table of people to add, and what comes of it. */
export type NewcomerLine = Required<server.NewcomerLine>
/** Refused sign-ins from one address to one account; null is a name that nobody has. */
export type SignInAttempts = Required<server.SignInAttempts>
export type Security = Omit<server.Security, 'attempts'> & { attempts: SignInAttempts[] }
/** An API token with whose it is. */
export type OwnedToken = Required<server.OwnedToken>
export type BackupContents = server.BackupContents
export type Backup = Required<Omit<server.Backup, 'contents'>> & { contents: BackupContents | null }
export type BackupFlaw = server.Flaw
export type BackupOutcome = server.BackupOutcome
export type BackupWork = server.BackupWork
export type BackupPlan = Required<server.BackupPlan>
export type BackupPlanPatch = server.PlanRequest
/** How the way to the mail server is protected. */
export type MailSecurity = server.MailSecurity
export type MailPatch = server.MailBody
export type MailOutcome = server.MailOutcome
export type MailRefusal = server.MailRefusal
export type SettingSource = server.SettingSource
export type Mail = Required<Omit<server.Mail, 'last' | 'sources'>> & {
  last: MailOutcome | null
  sources: Partial<Record<string, SettingSource>>
}
export type OwnMail = Required<server.OwnMail>
/** How often somebody wants a mail of what they missed. */
export type Digest = server.Digest
export type Subscription = Required<server.Subscription>
export type ImportState = server.ImportState
export type ImportFlaw = server.ImportFlaw
export type ImportProblemKind = server.ImportProblemKind
export type ImportCounts = Required<server.ImportCounts>
/** What an archive has, or what was made of it. */
export type ImportTally = Omit<server.ImportTally, 'counts'> & { counts: ImportCounts }
/** An archive of another chat. */
export type Import = Required<Omit<server.Import, 'plan' | 'made' | 'failure' | 'endedAt' | 'progress'>> & {
  plan: ImportTally | null
  made: ImportTally | null
  failure: ImportFlaw | null
  endedAt: string | null
  /** While it is read or brought. */
  progress: server.ImportProgress | null
}
/** The whole team in one file. */
export type Export = server.Export
export type Exports = Required<Omit<server.Exports, 'failed' | 'running'>> & {
  /** How many lines were written of the one that is being made. */
  running: number | null
  failed: server.ExportFlaw | null
}
export type Act = server.Act
export type AuditEntry = Required<server.AuditEntry>
export type AuditPage = Omit<server.AuditPage, 'entries'> & { entries: AuditEntry[] }
export type Warning = server.Warning
export type TlsMode = server.TlsMode
export type Certificate = server.Certificate
export type Tls = Required<Omit<server.Tls, 'certificate' | 'authority'>> & {
  certificate: Certificate | null
  authority: Certificate | null
}
export type Trust = Omit<server.Trust, 'authority'> & { authority: Certificate | null }
export type Job = server.Job
export type JobState = Required<server.JobView>
export type LogLevel = server.LogLevel
export type LogLine = Required<server.LogLine>
export type LogPage = Omit<server.LogPage, 'lines'> & { lines: LogLine[] }
export type Overview = Required<Omit<server.Overview, 'storage'>> & { storage: server.Storage }
export type Registration = server.Registration
export type Hub = server.Hub
export type Settings = Required<server.Settings>
export type NetworkCheck = server.NetworkCheck
export type NetworkInterface = server.NetworkInterface
export type Network = Required<Omit<server.Network, 'name'>> & { name: Required<server.NetworkName> }
export type SetupState = server.SetupView
export type JoinInfo = Required<server.JoinView>
/** Where a page of a moving feed stands; `before` and `after` are what to ask for next. */
export type FeedPage = Required<server.Position>
export type NumberedPage = server.Pagination

export interface Bootstrap {
  cursor: string
  hub: Hub
  me: Account
  users: User[]
  groups: Group[]
  channels: Channel[]
  memberships: Membership[]
  /** What I saved for later. */
  saved: Saved[]
  /** The words of which I want to be told. */
  alerts: string[]
  sections: Sections
  /** Those that I may know of. */
  projects: Project[]
  /** The filters of tasks that I keep. */
  filters: KeptFilter[]
  preferences: Preferences
  /** What is to be sent for me. */
  scheduled: Scheduled[]
  reminders: Reminder[]
  /** What I began and did not send; empty where it was emptied lately. */
  drafts: Draft[]
  /** What I was told of tasks and have not read, the oldest first. */
  news: UnreadNews[]
  /** The projects of which I want to be told less than usual. */
  projectLevels: ProjectLevel[]
}

export type MadeTask = Required<server.MadeTask>
export type ProjectRole = server.ProjectRole
export type ProjectMember = Required<server.ProjectMember>
export type StatusGroup = server.StatusGroup
export type Status = Required<server.Status>
export type Label = Required<server.Label>
export type SharedFilter = Required<server.SharedFilter>
/** A filter of tasks that I keep. */
export type KeptFilter = Required<server.KeptFilter>
export type Project = Required<Omit<server.Project, 'statuses' | 'labels' | 'filters' | 'members'>> & {
  statuses: Status[]
  labels: Label[]
  filters: SharedFilter[]
  members: ProjectMember[]
}
export type Priority = server.Priority
export type Task = Required<Omit<server.Task, 'source' | 'recurrence'>> & {
  source: { channelId: string; number: number } | null
  /** By what it comes again. */
  recurrence: Recurrence | null
}
export type Recurrence = server.Recurrence
export type RecurrencePreview = Required<server.RecurrencePreview>
/** A calendar feed; of my own tasks where there is no project. */
export type Feed = Required<server.Feed>
/** With its path, which is shown only now. */
export type NewFeed = Required<server.CreatedFeed>
export type Check = Required<server.Check>
export type RelationKind = server.RelationKind
export interface TaskRelation {
  kind: RelationKind
  task: Task
}
export interface Description {
  description: string
  descriptionVersion: number
}
export interface TaskDetail extends Description {
  task: Task
  checklist: Check[]
  relations: TaskRelation[]
  subtasks: Task[]
  /** What it is a part of; null where that was deleted. */
  whole: Task | null
  watcherIds: string[]
  watch: Watch
}
/** How I stand to what is told of a task. */
export type Watch = server.Watch
/** Of which of a project's tasks I want to be told. */
export type TaskLevel = server.TaskLevel
export type ProjectLevel = server.ProjectLevel
export type NewsKind = server.NewsKind
/** What I was told of a task and have not read; ids only. */
export type UnreadNews = Required<server.UnreadNews>
/** What I was told of a task, with the task as it is now. */
export type TaskNewsEntry = Required<Omit<server.TaskNews, 'task'>> & { task: Task }
export type TaskComment = Required<server.Comment>
export type TaskActivity = Required<server.TaskActivity>
