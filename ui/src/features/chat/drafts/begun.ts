import { conversationName, conversationPath, directPath, threadPath, type Hearth } from '$features/hub'
import { m } from '$paraglide/messages.js'
import type { Drafts } from '../sending/drafts.svelte'

/** A draft that can be gone on with. */
export interface BegunDraft {
  id: string
  text: string
  at: number
  /** Where it is written. */
  name: string
  href: string
}

/** What was begun in conversations that are there, the last changed first. */
export function begun(hearth: Hearth, drafts: Drafts): BegunDraft[] {
  return drafts.ids.flatMap((id) => {
    const place = placeFor(hearth, id)
    return place ? [{ id, text: drafts.get(id), at: drafts.at(id), ...place }] : []
  })
}

function placeFor(hearth: Hearth, id: string): { name: string; href: string } | undefined {
  const [kind, of, number] = id.split('.')
  if (kind === 'dm') {
    const user = of === undefined ? undefined : hearth.users[of]
    return user && user.deletedAt === null ? { name: user.name, href: directPath(user) } : undefined
  }
  const channel = hearth.channels[kind === 'thread' ? (of ?? '') : id]
  if (!channel) return undefined
  const name = channel.kind === 'direct' ? conversationName(hearth, channel) : `#${channel.name}`
  if (kind !== 'thread') return { name, href: conversationPath(hearth, channel) }
  return { name: m.chat_thread_in({ name }), href: threadPath(hearth, channel, Number(number)) }
}
