import { once } from 'node:events'
import { WebSocket } from 'ws'
import { Api, type Data } from '../../e2e/support/api.ts'

export const PASSWORD = 'kettle-lantern-harbour-42'

export interface Person {
  username: string
  password: string
  token: string
  api: Api
}

interface SignedIn {
  user: { username: string }
  accessToken: string
}

const person = (base: string, answer: SignedIn): Person => ({
  username: answer.user.username,
  password: PASSWORD,
  token: answer.accessToken,
  api: new Api(base, answer.accessToken),
})

/** Starts a team as a script would. */
export async function foundTeam(base: string, team: string): Promise<Person> {
  const body = { team, name: 'Ann', username: 'ann', password: PASSWORD, session: 'token' }
  return person(base, await new Api(base).post<SignedIn>('/setup', body))
}

export async function signIn(base: string, username: string): Promise<Person> {
  const body = { email: username, password: PASSWORD, session: 'token' }
  return person(base, await new Api(base).post<SignedIn>('/auth/login', body))
}

/** Somebody joins by an invite. */
export async function join(base: string, owner: Person, name: string): Promise<Person> {
  const { data } = await owner.api.post<Data<{ code: string }>>('/invites', { role: 'member', maxUses: 1 })
  const body = { name, username: name.toLowerCase(), password: PASSWORD, invite: data.code, session: 'token' }
  return person(base, await new Api(base).post<SignedIn>('/auth/register', body))
}

export async function channels(who: Person): Promise<{ id: string; name: string }[]> {
  return (await who.api.get<Data<{ id: string; name: string }[]>>('/channels?limit=100')).data
}

/** Says something in #general. */
export async function say(who: Person, body: string): Promise<void> {
  const general = (await channels(who)).find((channel) => channel.name === 'general')
  if (!general) throw new Error('there is no #general')
  await who.api.post(`/channels/${general.id}/messages`, { body, clientKey: crypto.randomUUID() })
}

/** Somebody's browser, as the server sees it: a socket that said hello. */
export async function connect(base: string, who: Person): Promise<WebSocket> {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/realtime`, {
    headers: { authorization: `Bearer ${who.token}` },
  })
  await once(socket, 'open')
  const welcome = once(socket, 'message')
  socket.send(JSON.stringify({ type: 'hello', protocol: 1, client: 'test', visible: true }))
  await welcome
  return socket
}
