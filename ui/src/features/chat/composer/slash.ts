// Commands that are written: a slash and a word at the very beginning of a message.

import {
  addMember,
  isProblem,
  listTeamCommands,
  runTeamCommand,
  sendPoll,
  updateChannel,
  updateUser,
  type Channel,
  type Fault,
  type TeamCommand,
  type User,
  type Whisper,
} from '$api'
import type { Hearth } from '$features/hub'
import { m } from '$paraglide/messages.js'
import { randomId } from '$platform'
import type { Toasts } from '$shared'
import { isWhole, parsePoll, type Asked } from '../polls/parse'
import { remind } from '../reminders/acts'
import { parseReminder } from '../reminders/when'
import { mayAddMembers, mayManage } from '../permissions'
import { problemText } from '../problems'
import type { ChannelActs } from '../view/acts.svelte'

export interface SlashCommand {
  name: string
  /** What is written after it. */
  takes: string
  /** What it does, in a few words. */
  about: string
}

/** What became of what was written: words to send in its place, or it is done; `kept` stays in the field. */
export type Outcome = { send: string } | 'done' | 'kept'

/** Begins a task of this title, for those who may make one. */
export type NewTask = () => ((title: string) => void) | undefined

/** Where something can be asked, and how to begin that with what is known of it. */
export type NewPoll = () =>
  { place: { channelId: string; root?: number }; ask: (asked: Asked) => unknown } | undefined

const COMMAND = /^\/([a-z][a-z0-9_-]*)(?:\s+([^]*))?$/i

/** How long the team's commands are good for before they are asked for again. */
const FRESH_MS = 60_000
let known: { at: number; commands: Promise<TeamCommand[]> } | undefined

/** The commands that programs answer. */
function teamCommands(): Promise<TeamCommand[]> {
  if (!known || Date.now() - known.at > FRESH_MS) {
    const asked = { at: Date.now(), commands: listTeamCommands() }
    known = asked
    asked.commands.catch(() => {
      if (known === asked) known = undefined
    })
  }
  return known.commands
}

const faults: Partial<Record<Fault, (command: { name: string }) => string>> = {
  refused: m.chat_program_refused,
  unknown_host: m.chat_program_away,
  no_connection: m.chat_program_away,
  no_trust: m.chat_program_no_trust,
  too_slow: m.chat_program_slow,
}

/** The command that a text is, if it begins like one. A path (`/etc/hosts`) does not. */
export function commandIn(text: string): { name: string; rest: string } | undefined {
  const found = COMMAND.exec(text)
  return found ? { name: found[1]!.toLowerCase(), rest: (found[2] ?? '').trim() } : undefined
}

/** The emoji that a status begins with, and its words. */
export function statusIn(text: string): { emoji: string; words: string } {
  const emoji =
    /^(?:\p{RI}\p{RI}|\p{Extended_Pictographic}(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f)*)(?=\s|$)/u.exec(
      text,
    )?.[0] ?? ''
  return { emoji, words: text.slice(emoji.length).trim() }
}

/** The people whom a text names by their user names. */
export function peopleIn(hearth: Hearth, text: string): { people: User[]; unknown: string[] } {
  const names = text.split(/[\s,]+/).filter(Boolean)
  const people: User[] = []
  const unknown: string[] = []
  for (const name of names) {
    const user = hearth.userByUsername(name.replace(/^@/, ''))
    if (user) people.push(user)
    else unknown.push(name)
  }
  return { people, unknown }
}

/** The commands of one conversation. */
export class SlashCommands {
  #hearth: Hearth
  #toasts: Toasts
  #acts: ChannelActs | undefined
  #channel: () => Channel | undefined
  #newTask: NewTask
  #whispered: (whisper: Whisper) => void
  #newPoll: NewPoll
  /** What was asked last: said once more because it failed, it is the same poll. */
  #asked = { text: '', clientKey: '' }

  /** `acts` where it is about the conversation as a whole: not in a thread. */
  constructor(
    hearth: Hearth,
    toasts: Toasts,
    channel: () => Channel | undefined,
    acts?: ChannelActs,
    newTask: NewTask = () => undefined,
    newPoll: NewPoll = () => undefined,
    whispered: (whisper: Whisper) => void = () => {},
  ) {
    this.#hearth = hearth
    this.#toasts = toasts
    this.#channel = channel
    this.#acts = acts
    this.#newTask = newTask
    this.#newPoll = newPoll
    this.#whispered = whispered
  }

  /** Whether programs can be asked here: in a conversation that has begun, and not in a thread. */
  get #asks(): boolean {
    return this.#acts !== undefined && this.#channel() !== undefined
  }

  /** Those that may be used here, with those that programs answer. */
  async all(): Promise<SlashCommand[]> {
    const own = this.list
    if (!this.#asks) return own
    const team = await teamCommands().catch(() => [])
    return [...own, ...team.map(({ name, hint, description }) => ({ name, takes: hint, about: description }))]
  }

  /** Those that may be used here. */
  get list(): SlashCommand[] {
    const commands: SlashCommand[] = [
      { name: 'me', takes: m.chat_slash_takes_words(), about: m.chat_slash_me() },
      { name: 'shrug', takes: m.chat_slash_takes_words(), about: m.chat_slash_shrug() },
      { name: 'remind', takes: m.chat_slash_takes_remind(), about: m.chat_slash_remind() },
      { name: 'status', takes: m.chat_slash_takes_status(), about: m.chat_slash_status() },
    ]
    if (this.#newTask())
      commands.push({ name: 'task', takes: m.chat_slash_takes_title(), about: m.chat_slash_task() })
    if (this.#newPoll())
      commands.push({ name: 'poll', takes: m.chat_slash_takes_poll(), about: m.chat_slash_poll() })
    const channel = this.#channel()
    if (!channel || !this.#acts) return commands
    commands.push({ name: 'mute', takes: '', about: m.chat_slash_mute() })
    if (channel.kind === 'direct') return commands
    if (mayAddMembers(this.#hearth, channel))
      commands.push({ name: 'invite', takes: m.chat_slash_takes_people(), about: m.chat_slash_invite() })
    if (mayManage(this.#hearth, channel))
      commands.push({ name: 'topic', takes: m.chat_slash_takes_words(), about: m.chat_slash_topic() })
    commands.push({ name: 'leave', takes: '', about: m.chat_slash_leave() })
    return commands
  }

  /** Does what is written; undefined when that is no command. */
  async run(text: string): Promise<Outcome | undefined> {
    // Two slashes are one that is meant.
    if (text.startsWith('//')) return { send: text.slice(1) }
    const command = commandIn(text)
    if (!command) return undefined
    try {
      if (this.list.some(({ name }) => name === command.name))
        return await this.#do(command.name, command.rest)
      return await this.#ask(command.name, command.rest)
    } catch (error) {
      this.#toasts.danger(problemText(error))
      return 'kept'
    }
  }

  /** Asks the program behind a command. */
  async #ask(name: string, rest: string): Promise<Outcome> {
    const channel = this.#channel()
    const outcome =
      channel && this.#asks
        ? await runTeamCommand(channel.id, name, rest).catch((error: unknown) => {
            if (isProblem(error, 'not_found')) return undefined
            throw error
          })
        : undefined
    if (!channel || !outcome) {
      this.#toasts.danger(m.chat_slash_unknown({ name }))
      return 'kept'
    }
    if (outcome.outcome === 'failed') {
      const words = outcome.fault ? (faults[outcome.fault] ?? m.chat_program_broken) : undefined
      this.#toasts.danger(
        words ? words({ name }) : m.chat_program_status({ name, status: outcome.status ?? 0 }),
      )
      return 'kept'
    }
    if (outcome.outcome === 'whispered') {
      this.#whispered({ channelId: channel.id, command: name, text: outcome.text })
    }
    return 'done'
  }

  async #do(name: string, rest: string): Promise<Outcome> {
    const channel = this.#channel()
    switch (name) {
      case 'me':
        return rest === '' ? 'kept' : { send: `_${rest}_` }
      case 'shrug':
        return { send: `${rest} ¯\\\\\\_(ツ)\\_/¯`.trim() }
      case 'status':
        return this.#status(rest)
      case 'remind':
        return this.#remind(rest)
      case 'poll':
        return this.#poll(rest)
      case 'task':
        this.#newTask()?.(rest.split('\n')[0]!.slice(0, 200))
        return 'done'
      case 'topic': {
        if (!channel) return 'kept'
        const changed = await updateChannel(channel.id, { topic: rest })
        this.#hearth.apply({ name: 'channel.updated', data: { channel: changed } })
        return 'done'
      }
      case 'invite':
        return channel ? this.#invite(channel, rest) : 'kept'
      case 'mute': {
        const place = channel && this.#hearth.memberships[channel.id]
        if (!place) return 'kept'
        await this.#acts?.notify(channel, place.level, !place.muted)
        return 'done'
      }
      default:
        if (channel) await this.#acts?.leave(channel)
        return 'done'
    }
  }

  /** An emoji and words, or one of them; nothing clears it. */
  async #status(rest: string): Promise<Outcome> {
    const { emoji, words } = statusIn(rest)
    const account = await updateUser('me', { statusEmoji: emoji, statusText: words })
    this.#hearth.apply({ name: 'account.updated', data: { account } })
    this.#toasts.good(rest === '' ? m.settings_status_cleared() : m.settings_status_set())
    return 'done'
  }

  async #remind(rest: string): Promise<Outcome> {
    const read = parseReminder(rest, Date.now())
    if ('problem' in read) {
      const texts = {
        what: m.chat_slash_remind_what,
        when: m.chat_slash_remind_when,
        past: m.chat_slash_remind_past,
      }
      this.#toasts.danger(texts[read.problem]())
      return 'kept'
    }
    await remind(this.#hearth, this.#toasts, { text: read.what }, read.at)
    return 'done'
  }

  /** Asks at once what is written in full; of anything less the dialog asks for the rest. */
  async #poll(rest: string): Promise<Outcome> {
    const where = this.#newPoll()
    if (!where) return 'kept'
    const asked = parsePoll(rest)
    if (!isWhole(asked)) {
      where.ask(asked)
      return 'kept'
    }
    if (this.#asked.text !== rest) this.#asked = { text: rest, clientKey: randomId() }
    const { question, options } = asked
    const poll = { options, several: false, anonymous: false, closesAt: null }
    await sendPoll(where.place, question, poll, this.#asked.clientKey)
    this.#asked = { text: '', clientKey: '' }
    return 'done'
  }

  async #invite(channel: Channel, rest: string): Promise<Outcome> {
    const { people, unknown } = peopleIn(this.#hearth, rest)
    if (unknown.length > 0 || people.length === 0) {
      this.#toasts.danger(
        unknown.length > 0 ? m.chat_slash_nobody({ name: unknown.join(', ') }) : m.chat_slash_whom(),
      )
      return 'kept'
    }
    for (const user of people) {
      const joined = await addMember(channel.id, user.id)
      this.#hearth.apply({ name: 'channel.updated', data: { channel: joined } })
    }
    this.#toasts.good(m.chat_slash_invited({ names: people.map((user) => user.name).join(', ') }))
    return 'done'
  }
}
