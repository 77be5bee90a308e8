// The part of a conversation that is loaded. Messages are numbered 1, 2, 3… without holes, so a window is
// a sparse array: any stretch of it may be there or not, and the place of every message is known before it
// is loaded. It is kept in blocks so that changing one message copies one block.

import type { Message } from '$api'

const BLOCK = 64

type Block = readonly (Message | undefined)[]

export interface Window {
  readonly blocks: Readonly<Record<number, Block>>
  /** The highest number known to exist; 0 for an empty conversation. */
  readonly last: number
}

/** First and last number of a stretch, both included. */
export interface Stretch {
  from: number
  to: number
}

export const emptyWindow: Window = { blocks: {}, last: 0 }

const blockOf = (number: number) => Math.floor((number - 1) / BLOCK)
const placeOf = (number: number) => (number - 1) % BLOCK

export function messageAt(window: Window, number: number): Message | undefined {
  return window.blocks[blockOf(number)]?.[placeOf(number)]
}

/** Takes messages in; of two versions of the same message the newer one stays. */
export function putMessages(window: Window, messages: readonly Message[]): Window {
  const changed: Record<number, (Message | undefined)[]> = {}
  let last = window.last
  for (const message of messages) {
    last = Math.max(last, message.number)
    const block = blockOf(message.number)
    const place = placeOf(message.number)
    const before = (changed[block] ?? window.blocks[block])?.[place]
    if (before && before.version >= message.version) continue
    changed[block] ??= [...(window.blocks[block] ?? [])]
    changed[block][place] = message
  }
  if (Object.keys(changed).length === 0 && last === window.last) return window
  return { blocks: { ...window.blocks, ...changed }, last }
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
