const PUBLIC = ['/setup', '/sign-in', '/join', '/reset', '/two-factor']
const HOME = '/'

/**
 * Where to go after signing in. Only a path of this very origin: `next` stands in the address, so anybody can send a
 * link with anything in it.
 */
export function safeNext(next: string | null | undefined, origin: string): string {
  if (!next || !next.startsWith('/')) return HOME
  // Browsers read a backslash as a slash and drop control characters, which turns `/\evil` into another host.
  // eslint-disable-next-line no-control-regex
  if (/[\\\u0000-\u001f\u007f]/.test(next)) return HOME
  let url: URL
  try {
    url = new URL(next, origin)
  } catch {
    return HOME
  }
  if (url.origin !== origin || url.pathname.startsWith('//')) return HOME
  if (PUBLIC.some((path) => url.pathname === path || url.pathname.startsWith(`${path}/`))) return HOME
  return url.pathname + url.search + url.hash
}

/** The address of the sign-in page that comes back here. */
export const signInPath = (here: URL): string => backTo('/sign-in', here)

/** The address of the page that sets two-factor sign-in up and comes back here. */
export const twoFactorPath = (here: URL): string => backTo('/two-factor', here)

function backTo(path: string, here: URL): string {
  const next = safeNext(here.pathname + here.search + here.hash, here.origin)
  return next === HOME ? path : `${path}?next=${encodeURIComponent(next)}`
}
