import { crc32 } from 'node:zlib'

/** A zip file whose entries are packed as they are. */
function zip(entries: Record<string, unknown>): Buffer {
  const bodies: Buffer[] = []
  const list: Buffer[] = []
  let place = 0
  for (const [name, value] of Object.entries(entries)) {
    const [label, bytes] = [Buffer.from(name), Buffer.from(JSON.stringify(value))]
    // Sizes and sums are the same in the entry and in the list at the end.
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(bytes.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(label.length, 22)
    bodies.push(Buffer.from('PK\x03\x04'), common, label, bytes)
    const after = Buffer.alloc(14)
    after.writeUInt32LE(place, 10)
    list.push(Buffer.from('PK\x01\x02\x14\x00'), common, after, label)
    place += 30 + label.length + bytes.length
  }
  const directory = Buffer.concat(list)
  const end = Buffer.alloc(18)
  const count = Object.keys(entries).length
  end.writeUInt16LE(count, 4)
  end.writeUInt16LE(count, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(place, 12)
  return Buffer.concat([...bodies, directory, Buffer.from('PK\x05\x06'), end])
}

/** An export of Slack with one channel. */
export const slackExport = (): Buffer =>
  zip({
    'users.json': [
      { id: 'U1', name: 'dora', profile: { real_name: 'Dora Black', email: 'dora@example.org' } },
      { id: 'U2', name: 'bob', profile: { real_name: 'Bob' } },
    ],
    'channels.json': [
      {
        id: 'C1',
        name: 'from-slack',
        created: 1_500_000_000,
        creator: 'U1',
        members: ['U1', 'U2'],
        topic: { value: 'Old times' },
      },
    ],
    'from-slack/2020-09-13.json': [
      {
        type: 'message',
        user: 'U1',
        ts: '1600000000.000100',
        text: 'Hello from 2020',
        reactions: [{ name: 'party_parrot', users: ['U2'] }],
      },
      { type: 'message', user: 'U2', ts: '1600000001.000100', text: 'Hello *Dora*' },
    ],
  })
