// Notices of the browser: whether this page on this device may show them, and whether it does.

import { deviceStore, inDesktopApp } from '$platform'

/**
 * `app`: the desktop app shows its own. `visiting`: its window of a team on another computer, for which it shows none.
 * `insecure`: reached over plain HTTP, where browsers show none. `missing`: a browser without them. `ask`: nobody was
 * asked yet.
 */
export type Standing = 'app' | 'visiting' | 'insecure' | 'missing' | 'ask' | 'refused' | 'allowed'

const LOOPBACK = /^(127\.[\d.]+|localhost|\[::1\])$/
const KEY = 'hearth.notices'

export class DeviceNotices {
  standing = $state<Standing>(look())
  /** Switched off by hand, although they are allowed. */
  off = $state(deviceStore.get(KEY) === 'off')

  get shows(): boolean {
    return this.standing === 'allowed' && !this.off
  }

  /** Looks again: the browser's own settings may have changed. */
  refresh(): void {
    this.standing = look()
  }

  /** Has to come from a press. */
  async ask(): Promise<void> {
    if (this.standing !== 'ask') return
    await Notification.requestPermission()
    this.refresh()
  }

  setOff(off: boolean): void {
    this.off = off
    if (off) deviceStore.set(KEY, 'off')
    else deviceStore.remove(KEY)
  }

  /** Shows one; undefined where the browser does not. */
  show(title: string, options: NotificationOptions): Notification | undefined {
    if (!this.shows) return undefined
    try {
      return new Notification(title, options)
    } catch {
      // Browsers of phones have the name and show none.
      this.standing = 'missing'
      return undefined
    }
  }
}

function look(): Standing {
  if (inDesktopApp()) return LOOPBACK.test(window.location.hostname) ? 'app' : 'visiting'
  if (!window.isSecureContext) return 'insecure'
  if (!('Notification' in window)) return 'missing'
  switch (Notification.permission) {
    case 'granted':
      return 'allowed'
    case 'denied':
      return 'refused'
    default:
      return 'ask'
  }
}

let shared: DeviceNotices | undefined

/** Those of this page. */
export const deviceNotices = (): DeviceNotices => (shared ??= new DeviceNotices())
