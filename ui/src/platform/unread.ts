// How much waits to be read, shown on the icon of the page and, where it is installed as an app, on that of the app.

const PLAIN = '/flame.svg'
const DOTTED = '/flame-unread.svg'

export function showUnread(count: number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  const href = count > 0 ? DOTTED : PLAIN
  if (icon && icon.getAttribute('href') !== href) icon.setAttribute('href', href)
  // Only in a secure context, and not in every browser.
  const told = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.()
  told?.catch(() => {})
}
