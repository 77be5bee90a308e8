import { deflateSync } from 'node:zlib'
import type { Data } from './api.ts'
import type { Hearth } from './hearth.ts'
import type { Channel, Person } from './team.ts'

/** Sends a message with files, each uploaded in one piece. */
export async function sendFiles(
  hearth: Hearth,
  person: Person,
  channel: Channel,
  body: string,
  files: { name: string; bytes: Buffer }[],
): Promise<void> {
  const fileIds = []
  for (const { name, bytes } of files) {
    const form = new FormData()
    form.set('file', new Blob([new Uint8Array(bytes)]), name)
    const answer = await fetch(`${hearth.url()}/api/v1/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person.api.token}` },
      body: form,
    })
    const { data } = (await answer.json()) as Data<{ id: string }>
    fileIds.push(data.id)
  }
  await person.api.post(`/channels/${channel.id}/messages`, { body, fileIds })
}

/** Bytes that are the same each time and do not repeat soon. */
export function sample(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let place = 0; place < length; place++) {
    state = (state * 48_271) % 2_147_483_647
    bytes[place] = state & 255
  }
  return bytes
}

/** A PNG with a soft sky and a hill, coloured by a hue from 0 to 255. */
export function photo(width: number, height: number, hue: number): Buffer {
  const raw = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y++) {
    const line = y * (1 + width * 3)
    for (let x = 0; x < width; x++) {
      const hill = y > height * (0.62 - 0.16 * Math.sin((x / width) * Math.PI * 1.4))
      const light = hill ? 70 + (40 * y) / height : 150 + (90 * (height - y)) / height
      const at = line + 1 + x * 3
      raw[at] = Math.min(255, light * (hill ? 0.6 : 0.5 + hue / 400))
      raw[at + 1] = Math.min(255, light * (hill ? 0.7 + hue / 700 : 0.85))
      raw[at + 2] = Math.min(255, light * (hill ? 0.55 : 1.05))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc(body))
  return Buffer.concat([length, body, sum])
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  }
  return (value ^ 0xffffffff) >>> 0
}
