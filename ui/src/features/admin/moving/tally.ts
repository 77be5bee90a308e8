import type { ImportCounts } from '$api'
import { m } from '$paraglide/messages'
import { formatBytes, formatNumber } from '$shared'

export interface Line {
  what: string
  count: string
}

/** What there is of everything, without what there is none of. */
export function lines(counts: ImportCounts): Line[] {
  const all: [() => string, number][] = [
    [m.moving_import_members, counts.members],
    [m.moving_import_guests, counts.guests],
    [m.moving_import_former, counts.former],
    [m.moving_import_bots, counts.bots],
    [m.moving_import_matched, counts.matched],
    [m.moving_import_public, counts.publicChannels],
    [m.moving_import_private, counts.privateChannels],
    [m.moving_import_archived, counts.archivedChannels],
    [m.moving_import_direct, counts.direct],
    [m.moving_import_groups, counts.groups],
    [m.moving_import_messages, counts.messages],
    [m.moving_import_replies, counts.replies],
    [m.moving_import_reactions, counts.reactions],
    [m.moving_import_files, counts.files],
    [m.moving_import_pins, counts.pins],
    [m.moving_import_known, counts.knownMessages],
  ]
  const shown = (name: () => string, count: number) =>
    name === m.moving_import_files
      ? m.moving_import_files_value({ count: formatNumber(count), size: formatBytes(counts.fileBytes) })
      : formatNumber(count)
  return all
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ what: name(), count: shown(name, count) }))
}
