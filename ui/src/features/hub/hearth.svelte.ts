import {
  getBootstrap,
  isProblem,
  logout,
  Realtime,
  type Account,
  type Bootstrap,
  type Channel,
  type ConnectionState,
  type EventFrame,
  type Group,
  type Membership,
  type PresenceState,
  type Project,
  type Reminder,
  type Scheduled,
  type UnreadNews,
  type User,
  type Whisper,
} from '$api'
import { randomId } from '$platform'
import { createContext } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import { apply, stateOf, type AnyEvent, type HubEvent, type State } from './core'
import { Typing } from './typing.svelte'

const NOBODY: readonly User[] = []
const EVENT_WAIT_MS = 2_000

export interface HearthHandlers {
  /** The session ended: here by choice, or elsewhere. */
  onSignedOut: (chosen: boolean) => void
  /** The team asks for two-factor sign-in now, and I have none. */
  onHeldUp: () => void
  /** The server speaks a newer protocol than this page. */
  onOutdated: () => void
}

/** The live picture of the team: what the server holds, kept true by its events. */
export class Hearth {
  #state: State
  #handlers: HearthHandlers
  #listeners = new Set<(event: HubEvent) => void>()
  #queue: HubEvent[] = []
  #flushing = false
  readonly realtime: Realtime

  connection = $state<ConnectionState>('connecting')
  /** The hub's disk is so full that it takes nothing more. */
  diskFull = $state(false)
  /** Counts how often everything was loaded afresh; views that hold on to numbers start over with it. */
  epoch = $state(0)
  /** Whether I want to be left alone now; set by what tells of messages. */
  quiet = $state(false)
  /** Where what programs answer me alone is shown. */
  onwhisper: (whisper: Whisper) => void = () => {}
  readonly typing: Typing
  #presence = new SvelteMap<string, PresenceState>()

  constructor(bootstrap: Bootstrap, handlers: HearthHandlers) {
    this.#state = $state.raw(stateOf(bootstrap))
    this.#handlers = handlers
    this.typing = new Typing(() => this.me.id)
    this.realtime = new Realtime({
      client: randomId(),
      cursor: bootstrap.cursor,
      onState: (state) => {
        this.connection = state
        if (state === 'waiting') this.typing.clear()
      },
      onEvent: (frame) => this.#enqueue(frame),
      onPresence: (full, users) => {
        if (full) this.#presence.clear()
        for (const user of users) this.#presence.set(user.userId, user.state)
      },
      onTyping: (channelId, userId) => this.typing.noticed(channelId, userId),
      onDisk: (full) => (this.diskFull = full),
      onWhisper: (whisper) => this.onwhisper(whisper),
      onReset: () => this.#reload(),
      onSignedOut: () => handlers.onSignedOut(false),
      onHeldUp: () => {
        this.stop()
        handlers.onHeldUp()
      },
      onOutdated: () => handlers.onOutdated(),
      onUnreachable: () => void this.#askWhy(),
    })
  }

  start(): void {
    this.realtime.start()
  }

  stop(): void {
    this.realtime.stop()
    this.typing.clear()
  }

  // The parts of the picture; each changes only when it changed.

  readonly hub = $derived.by(() => this.#state.hub)
  readonly me: Account = $derived.by(() => this.#state.me)
  readonly users = $derived.by(() => this.#state.users)
  readonly channels = $derived.by(() => this.#state.channels)
  readonly memberships = $derived.by(() => this.#state.memberships)
  readonly saved = $derived.by(() => this.#state.saved)
  /** What is to be sent for me, the first to be sent first. */
  readonly scheduled: readonly Scheduled[] = $derived.by(() =>
    Object.values(this.#state.scheduled).sort((a, b) => Date.parse(a.sendAt) - Date.parse(b.sendAt)),
  )
  /** What I want to be reminded of and am not done with, the first to come first. */
  readonly reminders: readonly Reminder[] = $derived.by(() =>
    Object.values(this.#state.reminders)
      .filter((one) => one.state !== 'done')
      .sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt)),
  )
  /** What I was reminded of and am done with, the last first. */
  readonly remindersDone: readonly Reminder[] = $derived.by(() =>
    Object.values(this.#state.reminders)
      .filter((one) => one.state === 'done')
      .sort((a, b) => Date.parse(b.doneAt ?? '') - Date.parse(a.doneAt ?? '')),
  )
  /** How many are due. */
  readonly remindersDue = $derived(this.reminders.filter((one) => one.state === 'due').length)
  /** Polls that changed since their messages were loaded. */
  readonly polls = $derived.by(() => this.#state.polls)
  /** What I chose in anonymous polls. */
  readonly answers = $derived.by(() => this.#state.answers)
  /** What I began, as the hub has it. */
  readonly drafts = $derived.by(() => this.#state.drafts)
  readonly alerts = $derived.by(() => this.#state.alerts)
  readonly sections = $derived.by(() => this.#state.sections)
  readonly projects = $derived.by(() => this.#state.projects)
  /** The filters of tasks that I keep. */
  readonly filters = $derived.by(() => this.#state.filters)
  readonly preferences = $derived.by(() => this.#state.preferences)
  readonly projectLevels = $derived.by(() => this.#state.projectLevels)
  /** What I was told of tasks of projects that I may see, and have not read. */
  readonly news: readonly UnreadNews[] = $derived.by(() =>
    Object.values(this.#state.news).filter((one) => this.projects[one.projectId] !== undefined),
  )
  readonly windows = $derived.by(() => this.#state.windows)

  /** Everybody who is here, by name. */
  readonly people: readonly User[] = $derived.by(() => {
    const here = Object.values(this.users).filter((user) => user.deletedAt === null)
    return here.length ? here.sort((a, b) => a.name.localeCompare(b.name)) : NOBODY
  })

  /** The groups that a message can name, by the word that names them. */
  readonly groups: readonly Group[] = $derived.by(() =>
    Object.values(this.#state.groups).sort((a, b) => a.handle.localeCompare(b.handle)),
  )

  readonly #byUsername = $derived.by(() => {
    const table: Record<string, User> = {}
    for (const user of Object.values(this.users)) {
      if (user.deletedAt === null) table[user.username.toLowerCase()] = user
    }
    return table
  })

  readonly #byChannelName = $derived.by(() => {
    const table: Record<string, Channel> = {}
    for (const channel of Object.values(this.channels)) {
      if (channel.kind !== 'direct') table[channel.name.toLowerCase()] = channel
    }
    return table
  })

  readonly #directs = $derived.by(() => {
    const table: Record<string, Channel> = {}
    for (const channel of Object.values(this.channels)) {
      if (channel.kind === 'direct')
        table[directKey(channel.members.map((member) => member.userId))] = channel
    }
    return table
  })

  readonly #byProjectKey = $derived.by(() => {
    const table: Record<string, Project> = {}
    for (const project of Object.values(this.projects)) table[project.key] = project
    return table
  })

  projectByKey(key: string): Project | undefined {
    return this.#byProjectKey[key.toUpperCase()]
  }

  userByUsername(username: string): User | undefined {
    return this.#byUsername[username.toLowerCase()]
  }

  channelByName(name: string): Channel | undefined {
    return this.#byChannelName[name.toLowerCase()]
  }

  /** The conversation with exactly these others. */
  directWith(userIds: readonly string[]): Channel | undefined {
    return this.#directs[directKey([...userIds, this.me.id])]
  }

  membership(channelId: string): Membership | undefined {
    return this.memberships[channelId]
  }

  presenceOf(userId: string): PresenceState {
    return this.#presence.get(userId) ?? 'offline'
  }

  /** Takes in an answer or an event. */
  apply(event: AnyEvent): void {
    this.#state = apply(this.#state, event)
  }

  /** Hears every durable event after it was applied; returns how to stop. */
  listen(listener: (event: HubEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Waits until a conversation that was just joined or opened is mine: its event says so, or a fresh load. */
  async membershipOf(channelId: string): Promise<void> {
    if (this.connection === 'live' && !this.memberships[channelId]) {
      await new Promise<void>((resolve) => {
        const unlisten = this.listen(() => {
          if (this.memberships[channelId]) done()
        })
        const timer = setTimeout(() => done(), EVENT_WAIT_MS)
        const done = () => {
          unlisten()
          clearTimeout(timer)
          resolve()
        }
      })
    }
    if (!this.memberships[channelId]) await this.refresh()
  }

  /** Loads everything afresh outside of the socket's own reset, for when an answer came without its event. */
  async refresh(): Promise<void> {
    const bootstrap = await getBootstrap()
    this.apply({ name: 'bootstrapped', data: bootstrap })
    this.epoch++
  }

  async signOut(): Promise<void> {
    try {
      await logout()
    } catch (error) {
      // Already signed out is what was wanted.
      if (!isProblem(error) || error.status !== 401) throw error
    }
    this.stop()
    this.#handlers.onSignedOut(true)
  }

  /** A replay of a thousand events is one change on screen, not a thousand. */
  #enqueue(frame: EventFrame) {
    this.#queue.push({ name: frame.name, data: frame.data } as HubEvent)
    if (this.#flushing) return
    this.#flushing = true
    setTimeout(() => this.#flush(), 0)
  }

  #flush() {
    const events = this.#queue
    this.#queue = []
    this.#flushing = false
    this.#state = events.reduce<State>(apply, this.#state)
    for (const event of events) {
      if (event.name === 'message.created') {
        this.typing.ended(event.data.message.channelId, event.data.message.authorId)
      }
      for (const listener of this.#listeners) listener(event)
    }
  }

  async #reload(): Promise<string> {
    const bootstrap = await getBootstrap(AbortSignal.timeout(20_000))
    this.#queue = []
    this.apply({ name: 'bootstrapped', data: bootstrap })
    this.epoch++
    return bootstrap.cursor
  }

  async #askWhy() {
    try {
      await getBootstrap(AbortSignal.timeout(10_000))
    } catch (error) {
      if (isProblem(error) && error.status === 401) {
        this.stop()
        this.#handlers.onSignedOut(false)
      }
    }
  }
}

function directKey(userIds: readonly string[]): string {
  return [...new Set(userIds)].sort().join(' ')
}

export const [useHearth, provideHearth] = createContext<Hearth>()
