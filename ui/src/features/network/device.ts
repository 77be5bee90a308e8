import { m } from '$paraglide/messages'

/** What kind of device a browser says it runs on, for a sentence about it. */
export function deviceName(agent: string): string {
  if (/iPhone/.test(agent)) return m.network_device_iphone()
  if (/iPad/.test(agent)) return m.network_device_ipad()
  if (/Android/.test(agent)) return m.network_device_android()
  if (/Windows/.test(agent)) return m.network_device_windows()
  if (/Macintosh|Mac OS/.test(agent)) return m.network_device_mac()
  if (/Linux|X11/.test(agent)) return m.network_device_linux()
  return m.network_device_other()
}
