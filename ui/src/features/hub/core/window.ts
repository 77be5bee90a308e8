// The part of a conversation that is loaded. Messages are numbered 1, 2, 3… without holes, so a window is
// a sparse array: any stretch of it may be there or not, and the place of every message is known before it
// is loaded. It is kept in blocks so that changing one message copies one block.

import type { Message, MessageReactions } from '$api'

const BLOCK = 64

type Block = readonly (Message | undefined)[]

export interface Window {
  readonly blocks: Readonly<Record<number, Block>>
  /** The highest number known to exist; 0 for an empty conversation. */
  readonly last: number
  /** Reactions that were told of before their messages were here: an event can overtake a page of history. */
  readonly early: Readonly<Record<number, MessageReactions>>
}

/** First and last number of a stretch, both included. */
export interface Stretch {
  from: number
  to: number
}

export const emptyWindow: Window = { blocks: {}, last: 0, early: {} }

/** More than this many are not waited for. */
const MOST_EARLY = 200

const blockOf = (number: number) => Math.floor((number - 1) / BLOCK)
const placeOf = (number: number) => (number - 1) % BLOCK

export function messageAt(window: Window, number: number): Message | undefined {
  return window.blocks[blockOf(number)]?.[placeOf(number)]
}

/** What is newer of two states of a message: its words, its reactions, its poll and the thread below it each go on by themselves. */
function newer(before: Message | undefined, after: Message): Message {
  if (!before) return after
  const [said, other] = after.version > before.version ? [after, before] : [before, after]
  let state = said
  if (said.deletedAt === null && other.reactionsVersion > said.reactionsVersion)
    state = reactedTo(state, other)
  if ((other.thread?.version ?? -1) > (said.thread?.version ?? -1)) state = { ...state, thread: other.thread }
  if (said.poll && (other.poll?.version ?? 0) > said.poll.version) state = { ...state, poll: other.poll }
  // Tasks are only ever added to a message.
  if (other.tasks.length > said.tasks.length) state = { ...state, tasks: other.tasks }
  return state
}

const reactedTo = (
  message: Message,
  { reactions, reactionsVersion }: Pick<Message, 'reactions' | 'reactionsVersion'>,
): Message => ({
  ...message,
  reactions,
  reactionsVersion,
})

/** Takes messages in; of two versions of the same message the newer one stays. */
export function putMessages(window: Window, messages: readonly Message[]): Window {
  const changed: Record<number, (Message | undefined)[]> = {}
  let last = window.last
  for (const message of messages) {
    last = Math.max(last, message.number)
    const block = blockOf(message.number)
    const place = placeOf(message.number)
    const before = (changed[block] ?? window.blocks[block])?.[place]
    const early = window.early[message.number]
    const after = newer(before, early ? newer(message, reactedTo(message, early)) : message)
    if (after === before) continue
    changed[block] ??= [...(window.blocks[block] ?? [])]
    changed[block][place] = after
  }
  if (Object.keys(changed).length === 0 && last === window.last) return window
  return { ...window, blocks: { ...window.blocks, ...changed }, last }
}

/** Takes in the reactions to a message, which may not be here yet. */
export function putReactions(window: Window, told: MessageReactions): Window {
  const before = messageAt(window, told.number)
  if (before) return putMessages(window, [reactedTo(before, told)])
  const known = window.early[told.number]
  if (known && known.reactionsVersion >= told.reactionsVersion) return window
  const early = Object.keys(window.early).length < MOST_EARLY ? window.early : {}
  return { ...window, early: { ...early, [told.number]: told } }
}

/** The stretches between two numbers that are not loaded, ascending. */
export function missing(window: Window | undefined, from: number, to: number): Stretch[] {
  const gaps: Stretch[] = []
  for (let number = Math.max(1, from); number <= to; number++) {
    if (window && messageAt(window, number)) continue
    const open = gaps.at(-1)
    if (open && open.to === number - 1) open.to = number
    else gaps.push({ from: number, to: number })
  }
  return gaps
}

/** Lets go of everything farther away than the two numbers, so that a long read does not fill the memory. */
export function keepOnly(window: Window, from: number, to: number): Window {
  const first = blockOf(Math.max(1, from))
  const final = blockOf(Math.max(1, to))
  const kept = Object.entries(window.blocks).filter(([block]) => +block >= first && +block <= final)
  if (kept.length === Object.keys(window.blocks).length) return window
  return { ...window, blocks: Object.fromEntries(kept) }
}

export function loadedBlocks(window: Window): number {
  return Object.keys(window.blocks).length
}
