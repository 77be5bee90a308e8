import { type ManagerOptions, type Socket, type SocketOptions, io } from 'socket.io-client'
import type { Data } from '../support/api.ts'
import {
  type Channel,
  type Person,
  allMessages,
  channelNamed,
  join,
  makeChannel,
  say,
} from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

interface Problem {
  event: string
  code: string
  error: string
}

interface Said {
  id: string
  roomId: string
  message: string
  sender: { id: string; name: string }
  timestamp: string
}

const clients: Socket[] = []

/** The published client as a script would use it, unmodified. */
function client(token?: string, options: Partial<ManagerOptions & SocketOptions> = {}): Socket {
  const socket = io(hub.hearth.url(), {
    ...(token === undefined ? {} : { auth: { token } }),
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    transports: ['websocket'],
    ...options,
  })
  clients.push(socket)
  return socket
}

test.afterEach(() => {
  for (const socket of clients.splice(0)) socket.disconnect()
})

/** What this event brings the next time. */
function heard<T>(socket: Socket, event: string): Promise<T> {
  return new Promise((resolve) => {
    socket.once(event, resolve)
  })
}

/** What this event brings once it is about this. */
function until<T>(socket: Socket, event: string, about: (content: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const listen = (content: T) => {
      if (!about(content)) return
      socket.off(event, listen)
      resolve(content)
    }
    socket.on(event, listen)
  })
}

async function connected(person: Person, options: Partial<ManagerOptions & SocketOptions> = {}) {
  const socket = client(person.api.token, options)
  await heard(socket, 'connect')
  return socket
}

async function joined(person: Person, room: Channel): Promise<Socket> {
  const socket = await connected(person)
  const answer = heard<{ roomId: string }>(socket, 'chat:joined')
  socket.emit('chat:join', room.id)
  expect(await answer).toEqual({ roomId: room.id })
  return socket
}

/** Everything that a client is told of a kind, and a way to be sure that nothing more is on its way. */
function record<T>(socket: Socket, event: string): T[] {
  const all: T[] = []
  socket.on(event, (content: T) => all.push(content))
  return all
}

for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
  test(`what is said by ${transports.join(' and ')} is stored and told to who is in the room`, async () => {
    const general = await channelNamed(hub.ann, 'general')
    const listens = await joined(hub.bob, general)
    const speaks = client(hub.ann.api.token, { transports })
    const here = await heard<{ id: string; name: string; connectedAt: string }[]>(speaks, 'users:online')
    const own = here.find(({ id }) => id === hub.ann.id)
    expect(own?.name).toBe('Ann')
    expect(Date.parse(own?.connectedAt ?? '')).toBeGreaterThan(0)
    if (transports.length === 2) {
      await expect.poll(() => speaks.io.engine.transport.name).toBe('websocket')
    }
    speaks.emit('chat:join', { roomId: general.id })
    await heard(speaks, 'chat:joined')

    const words = `said by ${transports.join(' and ')} ✓ 東京`
    const told = heard<Said>(listens, 'chat:message')
    const echo = heard<Said>(speaks, 'chat:message')
    speaks.emit('chat:message', { roomId: general.id, message: words })
    const said = await told
    expect(said).toEqual({
      id: expect.stringMatching(new RegExp(`^${general.id}/\\d+$`)),
      roomId: general.id,
      message: words,
      sender: { id: hub.ann.id, name: 'Ann' },
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    })
    expect(await echo).toEqual(said)
    const stored = await allMessages(hub.bob, general)
    expect(stored.at(-1)?.body).toBe(words)

    // And what is said in the browser comes here.
    const other = heard<Said>(speaks, 'chat:message')
    await say(hub.bob, general, 'said over HTTP')
    expect((await other).message).toBe('said over HTTP')
  })
}

test('messages keep the order in which they were sent', async () => {
  const room = await makeChannel(hub.ann, 'in-order', [hub.bob])
  const speaks = await joined(hub.ann, room)
  const listens = await joined(hub.bob, room)
  const told = record<Said>(listens, 'chat:message')
  const sent = Array.from({ length: 40 }, (_, number) => `number ${number}`)
  for (const message of sent) speaks.emit('chat:message', { roomId: room.id, message })
  await expect.poll(() => told.length).toBe(sent.length)
  expect(told.map(({ message }) => message)).toEqual(sent)
})

test('people come, type, stop typing, leave the room and go', async () => {
  const room = await makeChannel(hub.ann, 'typing', [hub.bob])
  const cyd = await join(hub.hearth, hub.ann, 'Cyd')
  const watches = await joined(hub.bob, room)

  const comes = until<{ userId: string }>(watches, 'user:online', ({ userId }) => userId === cyd.id)
  const types = await joined(cyd, room)
  expect(await comes).toEqual({ userId: cyd.id, name: 'Cyd' })

  const typing = heard(watches, 'chat:typing')
  types.emit('chat:typing', { roomId: room.id })
  expect(await typing).toEqual({ userId: cyd.id, name: 'Cyd' })
  const stops = heard(watches, 'chat:stop-typing')
  types.emit('chat:stop-typing', { roomId: room.id })
  expect(await stops).toEqual({ userId: cyd.id })

  // Who says something has stopped typing, too.
  const again = heard(watches, 'chat:typing')
  const ends = heard(watches, 'chat:stop-typing')
  const said = heard<Said>(watches, 'chat:message')
  const own = heard<Said>(types, 'chat:message')
  types.emit('chat:typing', { roomId: room.id })
  await again
  types.emit('chat:message', { roomId: room.id, message: 'done' })
  expect(await ends).toEqual({ userId: cyd.id })
  expect((await said).message).toBe('done')
  expect((await own).message).toBe('done')

  const quiet = record<Said>(types, 'chat:message')
  const left = heard(types, 'chat:left')
  types.emit('chat:leave', room.id)
  expect(await left).toEqual({ roomId: room.id })
  const heardByBob = until<Said>(watches, 'chat:message', ({ message }) => message.startsWith('nobody'))
  await say(hub.ann, room, 'nobody of Socket.IO but Bob hears this')
  // By the time that Bob has heard it and another leaving is answered, it would have come.
  await heardByBob
  types.emit('chat:leave', room.id)
  await heard(types, 'chat:left')
  expect(quiet).toEqual([])

  const goes = until<{ userId: string }>(watches, 'user:offline', ({ userId }) => userId === cyd.id)
  types.disconnect()
  expect(await goes).toEqual({ userId: cyd.id, name: 'Cyd' })
})

test('admins and bots send notifications, and nobody else does', async () => {
  const listens = await connected(hub.bob)
  const { data: bot } = await hub.ann.api.post<Data<{ id: string }>>('/bots', { name: 'Door sensor' })
  const { data: made } = await hub.ann.api.post<Data<{ token: string }>>(`/bots/${bot.id}/tokens`, {
    name: 'Door',
    scopes: ['write'],
  })
  for (const token of [hub.ann.api.token, made.token]) {
    const sends = client(token)
    await heard(sends, 'connect')
    const notification = { title: 'The door is open', since: 7 }
    const received = heard(listens, 'notification:received')
    expect(await sends.emitWithAck('notification:send', { userId: hub.bob.id, notification })).toEqual({
      success: true,
    })
    expect(await received).toEqual(notification)
  }
  const refused = heard<Problem>(listens, 'error')
  const answer = (await listens.emitWithAck('notification:send', {
    userId: hub.ann.id,
    notification: 'no',
  })) as Problem
  expect(answer).toMatchObject({ event: 'notification:send', code: 'forbidden' })
  expect(await refused).toEqual(answer)
})

test('a handshake without a token that is good ends with the word that clients know', async () => {
  for (const transports of [['polling'], ['websocket']]) {
    for (const token of [undefined, '', 'nonsense', 'hearth_nonsense']) {
      const error = await heard<Error>(client(token, { transports }), 'connect_error')
      expect(error.message, `${token} by ${transports}`).toBe('Authentication failed')
    }
  }
})

test('a page of another site does not get in, with whatever token', async () => {
  for (const transports of [['polling'], ['websocket']]) {
    const extraHeaders = { origin: 'https://evil.example' }
    const socket = client(hub.ann.api.token, { transports, extraHeaders, reconnection: false })
    const error = await heard<Error>(socket, 'connect_error')
    expect(error.message).toMatch(/xhr poll error|websocket error/)
  }
  const own = client(hub.ann.api.token, { extraHeaders: { origin: hub.hearth.url() } })
  await heard(own, 'connect')
})

test('a token that is revoked, and a person who is suspended or removed, are out within a second', async () => {
  const dee = await join(hub.hearth, hub.ann, 'Dee')
  const eli = await join(hub.hearth, hub.ann, 'Eli')
  const { data: token } = await dee.api.post<Data<{ id: string; token: string }>>('/tokens', {
    name: 'Script',
    scopes: ['read'],
  })
  const acts: [string, () => Promise<unknown>][] = [
    [token.token, () => dee.api.delete(`/tokens/${token.id}`)],
    [dee.api.token ?? '', () => hub.ann.api.put(`/users/${dee.id}/suspension`, {})],
    [eli.api.token ?? '', () => hub.ann.api.delete(`/users/${eli.id}`)],
  ]
  for (const [proof, act] of acts) {
    const ends = [client(proof), client(proof, { transports: ['polling'] })]
    await Promise.all(ends.map((each) => heard(each, 'users:online')))
    const reasons = Promise.all(ends.map((each) => heard<string>(each, 'disconnect')))
    await act()
    const began = Date.now()
    expect(await reasons).toEqual(['io server disconnect', 'io server disconnect'])
    expect(Date.now() - began).toBeLessThan(1_000)
    const error = await heard<Error>(client(proof), 'connect_error')
    expect(error.message).toBe('Authentication failed')
  }
})

test('somebody whose role changes stays connected', async () => {
  const fay = await join(hub.hearth, hub.ann, 'Fay')
  const room = await makeChannel(hub.ann, 'roles', [fay])
  const socket = await joined(fay, room)
  const ended = record<string>(socket, 'disconnect')
  await hub.ann.api.patch(`/users/${fay.id}`, { role: 'admin' })
  // The word of it goes round by the time of this answer.
  expect(await socket.emitWithAck('notification:send', { userId: hub.bob.id, notification: 1 })).toEqual({
    success: true,
  })
  const told = heard<Said>(socket, 'chat:message')
  await say(hub.ann, room, 'still there?')
  expect((await told).message).toBe('still there?')
  expect(ended).toEqual([])
})

test('a guest hears nothing of rooms that they are not in, nor anybody of rooms that they were in', async () => {
  const gil = await join(hub.hearth, hub.ann, 'Gil', 'guest')
  const open = await makeChannel(hub.ann, 'open-room', [hub.bob])
  const own = await makeChannel(hub.ann, 'guests', [gil])
  const guest = await joined(gil, own)
  const told = record<Said>(guest, 'chat:message')
  const typed = record(guest, 'chat:typing')
  for (const event of ['chat:join', 'chat:typing']) {
    const answer = (await guest.emitWithAck(event, { roomId: open.id })) as Problem
    expect(answer).toMatchObject({ event, code: 'not_found' })
  }
  const words = { roomId: open.id, message: 'let me in' }
  expect(await guest.emitWithAck('chat:message', words)).toMatchObject({ code: 'not_found' })

  const bob = await joined(hub.bob, open)
  bob.emit('chat:typing', { roomId: open.id })
  await say(hub.bob, open, 'among us')
  await say(hub.ann, own, 'for the guest')
  await expect.poll(() => told.map(({ message }) => message)).toEqual(['for the guest'])

  const heardByBob = record<Said>(bob, 'chat:message')
  await hub.ann.api.delete(`/channels/${open.id}/members/${hub.bob.id}`)
  await hub.ann.api.delete(`/channels/${own.id}/members/${gil.id}`)
  await say(hub.ann, open, 'without Bob')
  await say(hub.ann, own, 'without Gil')
  for (const [socket, person] of [
    [guest, gil],
    [bob, hub.bob],
  ] as const) {
    const room = await makeChannel(hub.ann, `after-${person.username}`, [person])
    await socket.emitWithAck('chat:join', room.id)
    const last = until<Said>(socket, 'chat:message', ({ roomId }) => roomId === room.id)
    await say(hub.ann, room, 'the end')
    await last
  }
  expect(told.map(({ message }) => message)).toEqual(['for the guest', 'the end'])
  expect(heardByBob.map(({ message }) => message)).toEqual(['the end'])
  expect(typed).toEqual([])
})

test('who may join a room is in it by joining', async () => {
  const hal = await join(hub.hearth, hub.ann, 'Hal')
  const room = await makeChannel(hub.ann, 'to-join', [])
  const secret = await makeChannel(hub.ann, 'secret', [], { kind: 'private' })
  const socket = await joined(hal, room)
  expect(await socket.emitWithAck('chat:message', { roomId: room.id, message: 'hello' })).toMatchObject({
    success: true,
  })
  expect(await socket.emitWithAck('chat:join', secret.id)).toMatchObject({ code: 'not_found' })
  expect(await socket.emitWithAck('chat:join', 'nonsense')).toMatchObject({ code: 'validation' })
  expect(await socket.emitWithAck('chat:message', { roomId: room.id })).toMatchObject({
    code: 'validation',
  })
  expect(await socket.emitWithAck('chat:message', { roomId: room.id, message: '' })).toMatchObject({
    code: 'validation',
  })
  expect(await socket.emitWithAck('chat:shout', {})).toMatchObject({ code: 'validation' })
  expect(socket.connected).toBe(true)
})

test('who talks without end, or too much at once, is sent away, and nobody else is', async () => {
  const fine = await connected(hub.bob)
  const busy = await connected(hub.ann)
  const ended = heard<string>(busy, 'disconnect')
  for (let number = 0; number < 1_000; number++) busy.emit('chat:leave', 'nonsense')
  // The end of the connection may come before the word about it is read.
  expect(await ended).toMatch(/^(io server disconnect|transport close)$/)

  const large = await connected(hub.ann, { reconnection: false })
  const cut = heard<string>(large, 'disconnect')
  large.emit('chat:message', { roomId: 'x', message: 'x'.repeat(2_000_000) })
  expect(await cut).toMatch(/transport/)
  expect(fine.connected).toBe(true)
})

test('clients come back by themselves when the server was killed', async () => {
  const general = await channelNamed(hub.ann, 'general')
  const sockets = [
    await connected(hub.bob),
    await connected(hub.bob, { transports: ['polling'] }),
    await connected(hub.bob, { transports: ['polling', 'websocket'] }),
  ]
  const back = Promise.all(
    sockets.map(async (socket) => {
      await heard(socket, 'disconnect')
      await heard(socket, 'connect')
      socket.emit('chat:join', general.id)
      await heard(socket, 'chat:joined')
      return heard<Said>(socket, 'chat:message')
    }),
  )
  await hub.hearth.kill()
  await hub.hearth.startAgain()
  await expect
    .poll(async () => {
      const online = sockets.filter((socket) => socket.connected).length
      await say(hub.ann, general, 'are you back?')
      return online
    })
    .toBe(sockets.length)
  await say(hub.ann, general, 'you are back')
  for (const said of await back) expect(said.roomId).toBe(general.id)
})
