import type { Shortcut } from '$shared'

export interface ShortcutGroup {
  label: string
  rows: { label: string; keys: string[] }[]
}

/** The shortcuts under their headings; several keys for one thing share a row. */
export function groupShortcuts(shortcuts: readonly Shortcut[]): ShortcutGroup[] {
  const groups: ShortcutGroup[] = []
  for (const { group: label, label: name, keys } of shortcuts) {
    let group = groups.find((other) => other.label === label)
    if (!group) groups.push((group = { label, rows: [] }))
    const row = group.rows.find((other) => other.label === name)
    if (!row) group.rows.push({ label: name, keys: [keys] })
    // `?` and `Shift+?` are one key to whoever looks at the keyboard.
    else if (!row.keys.some((other) => other.replace('Shift+', '') === keys.replace('Shift+', '')))
      row.keys.push(keys)
  }
  return groups
}
