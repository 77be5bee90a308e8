import type { Role } from '$api'
import { m } from '$paraglide/messages'
import AtSign from '@lucide/svelte/icons/at-sign'
import Archive from '@lucide/svelte/icons/archive'
import Bell from '@lucide/svelte/icons/bell'
import Bot from '@lucide/svelte/icons/bot'
import FolderInput from '@lucide/svelte/icons/folder-input'
import FolderOutput from '@lucide/svelte/icons/folder-output'
import Gauge from '@lucide/svelte/icons/gauge'
import History from '@lucide/svelte/icons/history'
import ListChecks from '@lucide/svelte/icons/list-checks'
import KeyRound from '@lucide/svelte/icons/key-round'
import LockKeyhole from '@lucide/svelte/icons/lock-keyhole'
import Mail from '@lucide/svelte/icons/mail'
import MonitorSmartphone from '@lucide/svelte/icons/monitor-smartphone'
import Palette from '@lucide/svelte/icons/palette'
import QrCode from '@lucide/svelte/icons/qr-code'
import ScrollText from '@lucide/svelte/icons/scroll-text'
import Settings from '@lucide/svelte/icons/settings'
import ShieldCheck from '@lucide/svelte/icons/shield-check'
import SquareCode from '@lucide/svelte/icons/square-code'
import Ticket from '@lucide/svelte/icons/ticket'
import UserRound from '@lucide/svelte/icons/user-round'
import Users from '@lucide/svelte/icons/users'
import type { Component } from 'svelte'
import { isAdmin } from '../helpers/roles'

export interface SettingsLink {
  path: string
  label: string
  icon: Component<{ size?: number | string }>
}

export interface SettingsGroup {
  label: string
  links: SettingsLink[]
}

/** The pages of the dashboard that somebody of this role may open: all, or none. */
export function dashboardGroups(role: Role): SettingsGroup[] {
  if (!isAdmin({ role })) return []
  return [
    {
      label: m.admin_group_hub(),
      links: [
        { path: '/admin', label: m.admin_overview(), icon: Gauge },
        { path: '/admin/team', label: m.settings_team(), icon: Settings },
      ],
    },
    {
      label: m.admin_group_people(),
      links: [
        { path: '/admin/people', label: m.settings_people(), icon: Users },
        { path: '/admin/invites', label: m.settings_invites(), icon: Ticket },
        { path: '/admin/security', label: m.admin_security(), icon: ShieldCheck },
      ],
    },
    {
      label: m.admin_group_reach(),
      links: [
        { path: '/admin/network', label: m.network_title(), icon: QrCode },
        { path: '/admin/encryption', label: m.tls_title(), icon: LockKeyhole },
        { path: '/admin/mail', label: m.admin_mail(), icon: Mail },
        { path: '/admin/integrations', label: m.admin_integrations(), icon: Bot },
      ],
    },
    {
      label: m.admin_group_data(),
      links: [
        { path: '/admin/backups', label: m.admin_backups(), icon: Archive },
        { path: '/admin/import', label: m.moving_import(), icon: FolderInput },
        ...(role === 'owner'
          ? [{ path: '/admin/export', label: m.moving_export(), icon: FolderOutput }]
          : []),
      ],
    },
    {
      label: m.admin_group_watch(),
      links: [
        { path: '/admin/audit', label: m.admin_audit(), icon: History },
        { path: '/admin/logs', label: m.admin_log(), icon: ScrollText },
        { path: '/admin/jobs', label: m.admin_jobs(), icon: ListChecks },
      ],
    },
  ]
}

/** The pages of the settings. */
export function settingsGroups(): SettingsGroup[] {
  return [
    {
      label: m.settings_group_you(),
      links: [
        { path: '/settings/profile', label: m.settings_profile(), icon: UserRound },
        { path: '/settings/appearance', label: m.settings_appearance(), icon: Palette },
        { path: '/settings/notifications', label: m.settings_notifications(), icon: Bell },
        { path: '/settings/password', label: m.settings_password(), icon: KeyRound },
        { path: '/settings/security', label: m.settings_security(), icon: ShieldCheck },
        { path: '/settings/sessions', label: m.settings_sessions(), icon: MonitorSmartphone },
        { path: '/settings/tokens', label: m.settings_tokens(), icon: SquareCode },
      ],
    },
    {
      label: m.settings_group_team(),
      links: [{ path: '/settings/groups', label: m.settings_groups(), icon: AtSign }],
    },
  ]
}
