import type { Network, NetworkCheck } from '$api'
import { m } from '$paraglide/messages'
import { formatList } from '$shared'
import { deviceName } from './device'

/** One line of the check in words. */
export interface Line {
  title: string
  /** What to do, or what to know. */
  note?: string
}

type Platform = Network['platform']

/** What the operating system is about to ask when teammates are let in. */
export function firewallText({ platform, port }: Pick<Network, 'platform' | 'port'>): string {
  return {
    windows: m.network_firewall_windows,
    macos: m.network_firewall_macos,
    linux: () => m.network_firewall_linux({ port }),
    other: m.network_firewall_other,
  }[platform]()
}

/** A line of the check, and where it needs attention what to do about it on the hub's operating system. */
export function lineText(network: Network, check: NetworkCheck): Line {
  switch (check.check) {
    case 'listening':
      return listening(network, check)
    case 'interface':
      return connected(network, check)
    case 'name':
      return named(network, check)
    case 'visit':
      return visited(network, check)
  }
}

function listening({ port, platform, moved, usualPort }: Network, { reason }: NetworkCheck): Line {
  switch (reason) {
    case 'not_let_in':
      return { title: m.network_listening_not_let_in(), note: m.network_listening_not_let_in_fix() }
    case 'loopback_only':
      return { title: m.network_listening_loopback_only(), note: m.network_fixed_text() }
    case 'port_refused':
      return { title: m.network_listening_port_refused({ port }), note: portFix(platform, port) }
    case 'no_network':
      return { title: m.network_interface_no_network(), note: connectFix(platform) }
    case 'asking':
      return { title: m.network_asking() }
    default:
      return {
        title: m.network_listening_fine({ port }),
        note: moved ? m.network_moved({ usual: usualPort, port }) : undefined,
      }
  }
}

function connected({ interfaces, platform }: Network, { reason }: NetworkCheck): Line {
  switch (reason) {
    case 'no_network':
      return { title: m.network_interface_no_network(), note: connectFix(platform) }
    case 'only_virtual':
      return { title: m.network_interface_only_virtual(), note: m.network_interface_only_virtual_fix() }
    case 'chosen_missing':
      return { title: m.network_interface_chosen_missing(), note: m.network_interface_chosen_missing_fix() }
    default: {
      const used = interfaces.filter((each) => each.used).map((each) => each.name)
      return { title: m.network_interface_fine({ names: formatList(used) }) }
    }
  }
}

function named({ name, platform }: Network, { reason }: NetworkCheck): Line {
  const host = name.host ?? name.plain
  switch (reason) {
    case 'asking':
      return { title: m.network_name_waiting({ host }) }
    case 'names_off':
      return { title: m.network_name_off(), note: m.network_name_off_note() }
    case 'not_let_in':
      return { title: m.network_name_not_let_in() }
    case 'name_silent':
      return { title: m.network_name_silent({ host }), note: nameFix(platform) }
    case 'name_refused':
      return { title: m.network_name_refused(), note: nameFix(platform) }
    case 'name_numbered':
      return {
        title: m.network_name_numbered({ host }),
        note: m.network_name_numbered_note({ plain: name.plain }),
      }
    default:
      return { title: m.network_name_fine({ host }) }
  }
}

function visited({ visit, platform, port }: Network, { verdict }: NetworkCheck): Line {
  if (verdict === 'passed' && visit)
    return { title: m.network_visit_fine({ device: deviceName(visit.agent) }) }
  return {
    title: m.network_visit_none(),
    note: {
      windows: m.network_visit_fix_windows,
      macos: m.network_visit_fix_macos,
      linux: () => m.network_visit_fix_linux({ port }),
      other: () => m.network_visit_fix_other({ port }),
    }[platform](),
  }
}

function portFix(platform: Platform, port: number): string {
  return {
    windows: m.network_port_fix_windows,
    macos: () => m.network_port_fix_macos({ port }),
    linux: () => m.network_port_fix_linux({ port }),
    other: m.network_port_fix_other,
  }[platform]()
}

function connectFix(platform: Platform): string {
  return {
    windows: m.network_connect_fix_windows,
    macos: m.network_connect_fix_macos,
    linux: m.network_connect_fix_linux,
    other: m.network_connect_fix_other,
  }[platform]()
}

function nameFix(platform: Platform): string {
  return {
    windows: m.network_name_fix_windows,
    macos: m.network_name_fix_macos,
    linux: m.network_name_fix_linux,
    other: m.network_name_fix_other,
  }[platform]()
}
