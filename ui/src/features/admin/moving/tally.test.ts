import { expect, it } from 'vitest'
import { lines } from './tally'

const none = {
  matched: 0,
  known: 0,
  members: 0,
  guests: 0,
  former: 0,
  bots: 0,
  publicChannels: 0,
  privateChannels: 0,
  archivedChannels: 0,
  direct: 0,
  groups: 0,
  messages: 0,
  replies: 0,
  reactions: 0,
  files: 0,
  fileBytes: 0,
  pins: 0,
  knownMessages: 0,
  firstAt: null,
  lastAt: null,
}

it('shows what there is, in the order of people, conversations and messages', () => {
  expect(lines(none)).toEqual([])
  const shown = lines({ ...none, messages: 12_345, members: 2, files: 3, fileBytes: 2048 })
  expect(shown.map((line) => line.what)).toEqual(['New people, without a password', 'Messages', 'Files'])
  expect(shown[2]?.count).toMatch(/^3, 2/)
})
