import type { LinkPreview, Message } from '$api'

const MOST = 300
const previews = new Map<string, Promise<LinkPreview[]>>()

export const keyOf = ({ channelId, number, version }: Message): string => `${channelId} ${number} ${version}`

/** A message that scrolls out and back is not asked for again; one that failed is. */
export function kept(key: string, ask: () => Promise<LinkPreview[]>): Promise<LinkPreview[]> {
  const known = previews.get(key)
  if (known) return known
  const asked = ask()
  previews.set(key, asked)
  asked.catch(() => previews.delete(key))
  const oldest = previews.keys().next()
  if (previews.size > MOST && !oldest.done) previews.delete(oldest.value)
  return asked
}
