import { getMessage, listTasks, type Message, type Reminder, type ThreadPlace, type UnreadNews } from '$api'
import { speaksToMe, type Chat } from '$features/chat'
import {
  authorName,
  conversationName,
  conversationPath,
  isQuiet,
  messageAt,
  newsText,
  placeOf,
  threadPath,
  type Hearth,
  type HubEvent,
} from '$features/hub'
import { m } from '$paraglide/messages.js'
import type { Toasts } from '$shared'
import { oneLine, wanted } from './decide'
import type { DeviceNotices } from './device.svelte'
import type { Tabs } from './tabs'

/** Whoever reads it at once, here or on another device, need not be told. */
const WAIT_MS = 1_200
/** More than so many at a time are told of together. */
const MOST = 3
const SOUND_EVERY_MS = 3_000
/** A reminder on the page waits for somebody to look up. */
const REMINDER_MS = 30_000

export interface NotifierOptions {
  hearth: Hearth
  chat: Chat
  toasts: Toasts
  device: DeviceNotices
  tabs: Tabs
  chime: () => void
  /** Whether somebody looks at this page. */
  hasFocus: () => boolean
  /** The path that is on screen. */
  here: () => string
  go: (path: string) => unknown
  now?: () => number
}

interface Notice {
  title: string
  text: string
  path: string
  place: string
  /** Whose reading takes it back: a conversation with a number, or a place of the list of news. */
  channelId?: string
  number?: number
}

/** In the place of a conversation. */
const NEWS = 'news'

/** Tells of what is said elsewhere and wants attention: on the page while somebody looks at it, else by the browser. */
export class Notifier {
  #options: NotifierOptions
  #waiting = new Map<string, { message: Message; root: ThreadPlace | undefined }>()
  #news = new Map<number, UnreadNews>()
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Reminders whose moment has come, in the time in which somebody may be done with them. */
  #due = new Set<ReturnType<typeof setTimeout>>()
  /** What the browser shows, until it is read. */
  #shown = new Map<Notification, Notice>()
  #sounded = 0

  constructor(options: NotifierOptions) {
    this.#options = options
  }

  /** Begins to listen; returns how to stop. */
  start(): () => void {
    const unlisten = this.#options.hearth.listen((event) => this.#hear(event))
    const stopTabs = this.#options.tabs.start()
    return () => {
      unlisten()
      stopTabs()
      clearTimeout(this.#timer)
      this.#waiting.clear()
      this.#news.clear()
      for (const timer of this.#due) clearTimeout(timer)
      this.#due.clear()
      for (const shown of this.#shown.keys()) shown.close()
    }
  }

  #hear(event: HubEvent) {
    switch (event.name) {
      case 'message.created':
        return this.#wait(event.data.message, event.data.root)
      case 'message.deleted':
        this.#waiting.delete(placeOf(event.data.message))
        return this.#takeBack(
          ({ channelId, number }) =>
            channelId === event.data.message.channelId && number === event.data.message.number,
        )
      case 'news.added':
        this.#news.set(event.data.news.place, event.data.news)
        this.#timer ??= setTimeout(() => void this.#tell(), WAIT_MS)
        return
      case 'news.read': {
        const { places } = event.data
        for (const place of places) this.#news.delete(place)
        return this.#takeBack(({ channelId, number }) => channelId === NEWS && places.includes(number!))
      }
      case 'read.updated': {
        const { channelId, readNumber } = event.data
        return this.#takeBack((notice) => notice.channelId === channelId && notice.number! <= readNumber)
      }
      case 'reminder.due': {
        const { reminder } = event.data
        // Whoever is done with it at once, here or on another device, need not be told.
        const timer = setTimeout(() => {
          this.#due.delete(timer)
          void this.#remind(reminder)
        }, WAIT_MS)
        this.#due.add(timer)
        return
      }
      case 'reminder.updated':
        return this.#takeBack((notice) => notice.place === reminderPlace(event.data.reminder.id))
      case 'reminder.removed':
        return this.#takeBack((notice) => notice.place === reminderPlace(event.data.id))
    }
  }

  #wait(message: Message, root: ThreadPlace | undefined) {
    if (message.authorId === this.#options.hearth.me.id) return
    // What was also said in the channel was heard in its thread.
    if (message.twin && !root) return
    this.#waiting.set(placeOf(message), { message, root })
    this.#timer ??= setTimeout(() => void this.#tell(), WAIT_MS)
  }

  async #tell() {
    this.#timer = undefined
    const waiting = [...this.#waiting.values()]
    const news = [...this.#news.values()]
    this.#waiting.clear()
    this.#news.clear()
    const { hearth, hasFocus, here, tabs } = this.#options
    if (isQuiet(hearth.preferences, this.#options.now?.() ?? Date.now())) return
    const said = waiting
      .map(({ message, root }) => this.#notice(message, root))
      .filter((notice) => notice !== undefined)
    const notices = [...said, ...(await this.#ofTasks(news))].filter(
      ({ path }) => !(hasFocus() && isUnder(here(), path)),
    )
    const last = notices.at(-1)
    if (!last || !tabs.mayTell(last.place)) return
    if (hasFocus()) this.#onPage(notices)
    else this.#byBrowser(notices)
    this.#sound()
  }

  #notice(message: Message, root: ThreadPlace | undefined): Notice | undefined {
    const { hearth, chat } = this.#options
    const { channelId, number } = message
    const membership = hearth.membership(channelId)
    const channel = hearth.channels[root?.channelId ?? channelId]
    if (!membership || !channel || chat.readNumber(channelId) >= number) return undefined
    const { level, muted } = membership
    const kind = root ? 'thread' : channel.kind === 'direct' ? 'direct' : 'channel'
    const told = { kind, level, muted, speaksToMe: speaksToMe(hearth, message) } as const
    if (!wanted(told, hearth.preferences.level)) return undefined
    const name = authorName(hearth, message)
    const alone = channel.kind === 'direct' && channel.members.length <= 2
    const where = channel.kind === 'direct' ? conversationName(hearth, channel) : `#${channel.name}`
    return {
      title: alone ? name : m.notifications_said_in({ name, where }),
      text: oneLine(message.body) || message.files.map((file) => file.name).join(', '),
      path: root
        ? threadPath(hearth, channel, root.number, number)
        : conversationPath(hearth, channel, number),
      place: placeOf(message),
      channelId,
      number,
    }
  }

  async #remind(reminder: Reminder) {
    const { hearth, hasFocus, here, tabs, toasts, go } = this.#options
    const due = () => hearth.reminders.some(({ id, state }) => id === reminder.id && state === 'due')
    if (!due() || isQuiet(hearth.preferences, this.#options.now?.() ?? Date.now())) return
    const text = oneLine(reminder.text) || (await this.#words(reminder))
    const place = reminderPlace(reminder.id)
    if (!due() || !tabs.mayTell(place)) return
    const path = this.#pathOf(reminder)
    if (!hasFocus()) this.#byBrowser([{ title: m.notifications_reminder(), text, path, place }])
    else if (here() !== path) {
      toasts.show({
        text: m.notifications_reminder_said({ text }),
        action: { label: m.notifications_open(), run: () => go(path) },
        duration: REMINDER_MS,
      })
    }
    this.#sound()
  }

  /** What the message says that it is of, as far as it may still be read. */
  async #words({ message: place }: Reminder): Promise<string> {
    const { hearth } = this.#options
    const channel = place && hearth.channels[place.thread?.channelId ?? place.channelId]
    if (!place || !channel) return m.notifications_reminder_gone()
    const window = hearth.windows[place.channelId]
    const loaded = window && messageAt(window, place.number)
    const message = loaded ?? (await getMessage(place.channelId, place.number).catch(() => undefined))
    const where = channel.kind === 'direct' ? conversationName(hearth, channel) : `#${channel.name}`
    return oneLine(message?.body ?? '') || m.notifications_reminder_message({ where })
  }

  #pathOf({ message: place }: Reminder): string {
    const { hearth } = this.#options
    const channel = place && hearth.channels[place.thread?.channelId ?? place.channelId]
    if (!place || !channel) return '/reminders'
    return place.thread
      ? threadPath(hearth, channel, place.thread.number, place.number)
      : conversationPath(hearth, channel, place.number)
  }

  /** What the tasks are called is asked for, and with it whether I may see them. */
  async #ofTasks(news: readonly UnreadNews[]): Promise<Notice[]> {
    const { hearth } = this.#options
    const keyOf = (one: UnreadNews) => `${hearth.projects[one.projectId]?.key}-${one.number}`
    const waiting = news.filter((one) => hearth.projects[one.projectId] && hearth.news.includes(one))
    if (waiting.length === 0) return []
    const tasks = await listTasks([...new Set(waiting.map(keyOf))].slice(-100)).catch(() => [])
    return waiting.flatMap((one) => {
      const task = tasks.find((task) => task.projectId === one.projectId && task.number === one.number)
      if (!task) return []
      const what = newsText(one.kind, one.byId === null ? undefined : hearth.users[one.byId]?.name, null)
      return {
        title: m.plan_news_title({ what, key: task.key }),
        text: oneLine(task.title),
        path: `/task/${task.key}`,
        place: `${NEWS} ${one.place}`,
        channelId: NEWS,
        number: one.place,
      }
    })
  }

  #onPage(notices: readonly Notice[]) {
    const { toasts, go } = this.#options
    if (notices.length > MOST) {
      toasts.show({
        text: severalOf(notices),
        action: { label: m.notifications_open(), run: () => go(listOf(notices)) },
      })
      return
    }
    for (const { title, text, path } of notices) {
      toasts.show({
        text: m.notifications_said({ title, text }),
        action: { label: m.notifications_open(), run: () => go(path) },
      })
    }
  }

  #byBrowser(notices: readonly Notice[]) {
    const { device, go, hearth } = this.#options
    const shown: readonly Notice[] =
      notices.length > MOST
        ? [
            {
              ...notices.at(-1)!,
              title: hearth.hub.name,
              text: severalOf(notices),
              path: listOf(notices),
            },
          ]
        : notices
    for (const notice of shown) {
      // The same tag from another tab takes the place of the first.
      const box = device.show(notice.title, {
        body: notice.text,
        tag: notice.place,
        icon: '/flame.svg',
        silent: true,
      })
      if (!box) return
      this.#shown.set(box, notice)
      box.onclose = () => this.#shown.delete(box)
      box.onclick = () => {
        window.focus()
        box.close()
        go(notice.path)
      }
    }
  }

  #takeBack(gone: (notice: Notice) => boolean) {
    for (const [box, notice] of this.#shown) if (gone(notice)) box.close()
  }

  #sound() {
    const now = this.#options.now?.() ?? Date.now()
    if (!this.#options.hearth.preferences.sound || now - this.#sounded < SOUND_EVERY_MS) return
    this.#sounded = now
    this.#options.chime()
  }
}

const reminderPlace = (id: string) => `reminder ${id}`

const isNews = ({ channelId }: Notice) => channelId === NEWS

/** What is said of many at a time. */
const severalOf = (notices: readonly Notice[]) =>
  notices.some(isNews)
    ? m.notifications_several_news({ count: notices.length })
    : m.notifications_several({ count: notices.length })

/** Where they are listed: news of tasks in the inbox alone. */
const listOf = (notices: readonly Notice[]) => (notices.every(isNews) ? '/mentions' : '/unreads')

/** Whether the path of a message lies in what is on screen. */
function isUnder(here: string, path: string): boolean {
  const conversation = (of: string) => of.replace(/\/m\/\d+.*$/, '')
  const thread = /^(.*\/m\/\d+\/thread)/
  const wantsThread = thread.exec(path)?.[1]
  if (wantsThread) return here.startsWith(wantsThread)
  return conversation(here) === conversation(path)
}
