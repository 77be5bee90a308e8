// Links to messages of this hub, and to elsewhere, in what somebody wrote.

export interface Place {
  /** The channel's name, as it is written in the address. */
  channel: string
  number: number
  /** In the thread of the message of that number. */
  reply: number | undefined
}

const MOST = 3
const WORDS = /(https?:\/\/[^\s<>"|\\`/?#]+)?(\/[^\s<>"|\\`]*)?/g
const PATH = /^\/chat\/([^/?#]+)\/m\/(\d{1,9})(?:\/thread(?:\/(\d{1,9}))?)?(?![\w/])/

/** What is code is meant as code. */
function withoutCode(body: string): string {
  return body.replace(/^ *(?:```|~~~)[^]*?(?:^ *(?:```|~~~)|$(?![^]))/gm, ' ').replace(/`[^`\n]+`/g, ' ')
}

/** The hub has several names and numbers on its network; a link may have been copied under any of them. */
function isHere(origin: string, own: Location): boolean {
  let url: URL
  try {
    url = new URL(origin)
  } catch {
    return false
  }
  if (url.host === own.host) return true
  const local = (host: string) =>
    /^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|\.local$/.test(host)
  return url.port === own.port && local(url.hostname) && local(own.hostname)
}

/** The first few messages of this hub that a text links to, each once. */
export function placesIn(body: string, own: Location = window.location): Place[] {
  const found: Place[] = []
  for (const [, origin, path] of withoutCode(body).matchAll(WORDS)) {
    if (!path || (origin && !isHere(origin, own))) continue
    const parts = PATH.exec(path)
    if (!parts) continue
    let channel: string
    try {
      channel = decodeURIComponent(parts[1]!)
    } catch {
      continue
    }
    const place = { channel, number: Number(parts[2]), reply: parts[3] ? Number(parts[3]) : undefined }
    const same = (other: Place) =>
      other.channel === place.channel && other.number === place.number && other.reply === place.reply
    if (!found.some(same)) found.push(place)
    if (found.length === MOST) break
  }
  return found
}

/** Whether a text links to somewhere else, which the hub may look at. */
export function leadsElsewhere(body: string, own: Location = window.location): boolean {
  return [...withoutCode(body).matchAll(WORDS)].some(([, origin]) => origin && !isHere(origin, own))
}
