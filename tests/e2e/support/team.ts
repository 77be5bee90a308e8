import { Api, type Data } from './api.ts'
import type { Hearth } from './hearth.ts'

export const PASSWORD = 'kettle-lantern-harbour-42'

export interface Person {
  id: string
  name: string
  username: string
  api: Api
}

export interface Channel {
  id: string
  name: string
}

export interface Message {
  number: number
  body: string
}

interface SignedIn {
  user: { id: string; name: string; username: string }
  accessToken: string
}

/** Sets the server up. Ann is the owner. */
export async function foundTeam(hearth: Hearth, team = 'Northlight Studio', name = 'Ann'): Promise<Person> {
  const api = new Api(hearth.url())
  const username = usernameOf(name)
  const answer = await api.post<SignedIn>('/setup', {
    team,
    name,
    username,
    password: PASSWORD,
    session: 'token',
  })
  return person(hearth, answer)
}

/** Somebody joins by an invite of the owner. */
export async function join(
  hearth: Hearth,
  owner: Person,
  name: string,
  role: 'admin' | 'member' | 'guest' = 'member',
  username = usernameOf(name),
): Promise<Person> {
  const invite = await inviteCode(owner, role)
  const answer = await new Api(hearth.url()).post<SignedIn>('/auth/register', {
    name,
    username,
    password: PASSWORD,
    invite,
    session: 'token',
  })
  return person(hearth, answer)
}

/** The code at the end of an invite link. */
export async function inviteCode(
  owner: Person,
  role: 'admin' | 'member' | 'guest' = 'member',
): Promise<string> {
  const { data } = await owner.api.post<Data<{ code: string }>>('/invites', { role, maxUses: 1 })
  return data.code
}

export async function makeChannel(
  owner: Person,
  name: string,
  members: Person[] = [],
  more: { kind?: 'public' | 'private'; topic?: string } = {},
): Promise<Channel> {
  const { data } = await owner.api.post<Data<Channel>>('/channels', {
    name,
    kind: more.kind ?? 'public',
    ...(more.topic ? { topic: more.topic } : {}),
    memberIds: members.map((member) => member.id),
  })
  return data
}

export async function channelNamed(person: Person, name: string): Promise<Channel> {
  const { data } = await person.api.get<Data<Channel[]>>('/channels?limit=100')
  const channel = data.find((each) => each.name === name)
  if (!channel) throw new Error(`there is no channel ${name}`)
  return channel
}

export async function say(person: Person, channel: Channel, body: string): Promise<Message> {
  const { data } = await person.api.post<Data<Message>>(`/channels/${channel.id}/messages`, { body })
  return data
}

/** Says something in reply to a message. */
export async function reply(
  person: Person,
  channel: Channel,
  number: number,
  body: string,
): Promise<Message> {
  const path = `/channels/${channel.id}/messages/${number}/replies`
  const { data } = await person.api.post<Data<Message>>(path, { body })
  return data
}

/** Every message of a channel, as the server holds it. */
export async function allMessages(person: Person, channel: Channel): Promise<Message[]> {
  const all: Message[] = []
  for (;;) {
    const after = all.at(-1)?.number ?? 0
    const page = await person.api.get<{ data: Message[]; pagination: { hasAfter: boolean } }>(
      `/channels/${channel.id}/messages?after=${after}&limit=100`,
    )
    all.push(...page.data)
    if (!page.pagination.hasAfter) return all
  }
}

function person(hearth: Hearth, { user, accessToken }: SignedIn): Person {
  return {
    id: user.id,
    name: user.name,
    username: user.username,
    api: new Api(hearth.url(), accessToken),
  }
}

/** "Tomás Beran" → "tomas.beran" */
export function usernameOf(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.+|\.+$/g, '')
    .slice(0, 30)
}
