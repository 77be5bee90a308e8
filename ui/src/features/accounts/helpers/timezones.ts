export interface Zone {
  /** `Europe/Berlin`. */
  value: string
  /** `Berlin, Europe`. */
  label: string
  /** `UTC+1`: what its clocks show today. */
  detail: string
}

/** The time zone of this device. */
export function deviceZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

export function zoneLabel(zone: string): string {
  const parts = zone.split('/').map((part) => part.replaceAll('_', ' '))
  return parts.reverse().join(', ')
}

/** `UTC+5:30` for a zone at a moment; empty for a name the browser does not know. */
export function zoneOffset(zone: string, at: Date): string {
  try {
    const parts = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      timeZoneName: 'shortOffset',
    }).formatToParts(at)
    const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
    return name.replace('GMT', 'UTC')
  } catch {
    return ''
  }
}

/** Every zone that this browser knows, by name. */
export function allZones(at: Date): Zone[] {
  const names = new Set([...Intl.supportedValuesOf('timeZone'), deviceZone(), 'UTC'])
  return [...names]
    .map((value) => ({ value, label: zoneLabel(value), detail: zoneOffset(value, at) }))
    .sort((a, b) => a.label.localeCompare(b.label))
}
