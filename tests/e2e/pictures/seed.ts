import { type Data } from '../support/api.ts'
import type { Hearth } from '../support/hearth.ts'
import {
  type Channel,
  type Message,
  type Person,
  channelNamed,
  foundTeam,
  join,
  makeChannel,
  reply,
  say,
} from '../support/team.ts'
import { ABOUT, LONG_NAME, OTHERS, TALKERS } from './people.ts'
import { CHANNELS, DIRECT, LAUNCH, LEADS, PINNED, REACTIONS, SAVED, THREADS } from './talk.ts'

/** A studio of sixty in the week before a launch: enough people and talk to see how the screens hold up. */
export interface Studio {
  ann: Person
  people: Record<string, Person>
  launch: Channel
}

/** Hashing a password takes the server a while, so they come in groups. */
const AT_ONCE = 4
/** What Ann has not read of these, from the end. */
const UNREAD: Record<string, number> = { general: 2, workshop: 4, random: 1 }

export async function seedStudio(hearth: Hearth): Promise<Studio> {
  const ann = await foundTeam(hearth, 'Northlight Studio', 'Ann')
  const people: Record<string, Person> = { Ann: ann }
  const names = [...TALKERS, ...OTHERS, LONG_NAME]
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const group = names.slice(from, from + AT_ONCE)
    const joined = await Promise.all(
      group.map((name, index) => join(hearth, ann, name, 'member', userName(name, from + index))),
    )
    for (const person of joined) people[person.name] = person
  }
  await ann.api.patch('/users/me', {
    title: 'Studio lead',
    statusEmoji: '🎯',
    statusText: 'Launch on the 28th',
  })
  for (const [name, about] of Object.entries(ABOUT)) await named(people, name).api.patch('/users/me', about)

  const core = TALKERS.map((name) => named(people, name))
  const rest = OTHERS.map((name) => named(people, name))
  for (const [name, { topic, lines }] of Object.entries(CHANNELS)) {
    const channel =
      name === 'general'
        ? await channelNamed(ann, name)
        : await makeChannel(ann, name, [...core, ...rest.slice(0, 8)], { topic })
    await talk(people, channel, lines)
    await readBy(ann, channel, UNREAD[name] ?? 0)
  }
  const leads = await makeChannel(ann, 'leads', [named(people, 'Mia'), named(people, 'Bob')], {
    kind: 'private',
    topic: LEADS.topic,
  })
  await talk(people, leads, LEADS.lines)
  await readBy(ann, leads, 2)
  for (const { with: name, lines, unread } of DIRECT) {
    const { data } = await ann.api.post<Data<Channel>>('/direct', { userIds: [named(people, name).id] })
    await talk(people, data, lines)
    await readBy(ann, data, unread ? 1 : 0)
  }

  const launch = await makeChannel(ann, 'launch-week', [...core, named(people, LONG_NAME)], {
    topic: LAUNCH.topic,
  })
  const seen = LAUNCH.lines.indexOf('---')
  await talk(people, launch, LAUNCH.lines.slice(0, seen))
  await readBy(ann, launch, 0)
  await talk(people, launch, LAUNCH.lines.slice(seen + 1))
  await mark(people, launch)
  for (const { about, lines } of THREADS) await answer(people, launch, about, lines)
  return { ann, people, launch }
}

/** `who: what`, said in this order. */
async function talk(people: Record<string, Person>, channel: Channel, lines: string[]): Promise<void> {
  for (const line of lines) {
    const colon = line.indexOf(': ')
    await say(named(people, line.slice(0, colon)), channel, line.slice(colon + 2))
  }
}

/** Reactions, pins, and what Ann wants to come back to. */
async function mark(people: Record<string, Person>, channel: Channel): Promise<void> {
  const { data } = await named(people, 'Ann').api.get<Data<Message[]>>(
    `/channels/${channel.id}/messages?limit=100`,
  )
  const place = (beginning: string) => {
    const found = data.find(({ body }) => body.includes(beginning))
    if (!found) throw new Error(`nobody said ${beginning}`)
    return `/channels/${channel.id}/messages/${found.number}`
  }
  for (const [beginning, emoji, names] of REACTIONS) {
    for (const name of names)
      await named(people, name).api.put(`${place(beginning)}/reactions/${encodeURIComponent(emoji)}`, {})
  }
  for (const beginning of PINNED) await named(people, 'Bob').api.put(`${place(beginning)}/pin`, {})
  for (const beginning of SAVED) await named(people, 'Ann').api.put(`${place(beginning)}/saved`, {})
}

/** Replies to the message that says this. */
async function answer(
  people: Record<string, Person>,
  channel: Channel,
  about: string,
  lines: string[],
): Promise<void> {
  const { data } = await named(people, 'Ann').api.get<Data<Message[]>>(
    `/channels/${channel.id}/messages?limit=100`,
  )
  const root = data.find(({ body }) => body.includes(about))
  if (!root) throw new Error(`nobody said ${about}`)
  for (const line of lines) {
    const colon = line.indexOf(': ')
    await reply(named(people, line.slice(0, colon)), channel, root.number, line.slice(colon + 2))
  }
}

async function readBy(person: Person, channel: Channel, butLast: number): Promise<void> {
  const { data } = await person.api.get<Data<Message[]>>(`/channels/${channel.id}/messages?limit=1`)
  const last = data.at(-1)?.number ?? 0
  await person.api.put(`/channels/${channel.id}/read`, { number: Math.max(0, last - butLast) })
}

/** As people choose them; whoever writes in other letters gets a number. */
function userName(name: string, index: number): string {
  const letters = name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]+/g, '.')
    .replace(/^\.+|\.+$/g, '')
  return letters.length >= 2 ? letters.slice(0, 24) : `person${index}`
}

function named(people: Record<string, Person>, name: string): Person {
  const found = people[name]
  if (!found) throw new Error(`nobody is called ${name}`)
  return found
}
