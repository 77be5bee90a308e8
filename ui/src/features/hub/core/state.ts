import type {
  Account,
  Bootstrap,
  Channel,
  Draft,
  Group,
  Hub,
  KeptFilter,
  Membership,
  Poll,
  Preferences,
  Project,
  Reminder,
  Saved,
  Scheduled,
  Sections,
  TaskLevel,
  UnreadNews,
  User,
} from '$api'
import type { Window } from './window'

type Table<T> = Readonly<Record<string, T>>

/** The picture of the team that this client holds. Plain data: replaced, never changed. */
export interface State {
  readonly hub: Hub
  readonly me: Account
  readonly users: Table<User>
  readonly groups: Table<Group>
  readonly channels: Table<Channel>
  /** Mine, by channel. */
  readonly memberships: Table<Membership>
  /** What I saved for later, by `placeOf`. */
  readonly saved: Table<Saved>
  /** What is to be sent for me, by id. */
  readonly scheduled: Table<Scheduled>
  /** What I want to be reminded of, by id. */
  readonly reminders: Table<Reminder>
  /** Polls that changed while this client was looking, by `placeOf`: newer than what their messages say. */
  readonly polls: Table<Poll>
  /** What I chose in anonymous polls, as far as it is known here, by `placeOf`. */
  readonly answers: Table<readonly number[]>
  /** What I began and did not send, by `draftKey`. */
  readonly drafts: Table<Draft>
  /** The words of which I want to be told, in lower case. */
  readonly alerts: readonly string[]
  /** How I sort my side bar. */
  readonly sections: Sections
  /** Those that I may know of. */
  readonly projects: Table<Project>
  /** What I was told of tasks and have not read, by its place in my list. */
  readonly news: Table<UnreadNews>
  /** Of which tasks of a project I want to be told, where I chose; by project. */
  readonly projectLevels: Table<TaskLevel>
  /** The filters of tasks that I keep. */
  readonly filters: readonly KeptFilter[]
  /** What else I want to be told, and when. */
  readonly preferences: Preferences
  /** What is loaded of conversations that have been looked at, by channel. */
  readonly windows: Table<Window>
}

const tableOf = <T>(rows: readonly T[], key: (row: T) => string): Table<T> =>
  Object.fromEntries(rows.map((row) => [key(row), row]))

/** Names one message of one conversation. */
export const placeOf = ({ channelId, number }: { channelId: string; number: number }): string =>
  `${channelId} ${number}`

/** Names the place of a draft: the channel, or what a thread hangs on. */
export const draftKey = ({ channelId, root }: { channelId: string; root: number | null }): string =>
  root === null ? channelId : `thread.${channelId}.${root}`

export function stateOf(bootstrap: Bootstrap): State {
  return {
    hub: bootstrap.hub,
    me: bootstrap.me,
    users: tableOf(bootstrap.users, (user) => user.id),
    groups: tableOf(bootstrap.groups, (group) => group.id),
    channels: tableOf(bootstrap.channels, (channel) => channel.id),
    memberships: tableOf(bootstrap.memberships, (membership) => membership.channelId),
    saved: tableOf(bootstrap.saved, placeOf),
    scheduled: tableOf(bootstrap.scheduled, (one) => one.id),
    reminders: tableOf(bootstrap.reminders, (one) => one.id),
    polls: {},
    answers: {},
    drafts: tableOf(bootstrap.drafts, draftKey),
    alerts: bootstrap.alerts,
    sections: bootstrap.sections,
    projects: tableOf(bootstrap.projects, (project) => project.id),
    news: tableOf(bootstrap.news, (news) => String(news.place)),
    projectLevels: Object.fromEntries(
      bootstrap.projectLevels.map(({ projectId, level }) => [projectId, level]),
    ),
    filters: bootstrap.filters,
    preferences: bootstrap.preferences,
    windows: {},
  }
}
