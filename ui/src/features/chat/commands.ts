import { goto } from '$app/navigation'
import { conversationName, conversationPath, directPath, othersIn } from '$features/hub'
import { m } from '$paraglide/messages.js'
import type { Command } from '$shared'
import AlarmClock from '@lucide/svelte/icons/alarm-clock'
import AtSign from '@lucide/svelte/icons/at-sign'
import Bookmark from '@lucide/svelte/icons/bookmark'
import CheckCheck from '@lucide/svelte/icons/check-check'
import Hash from '@lucide/svelte/icons/hash'
import Inbox from '@lucide/svelte/icons/inbox'
import List from '@lucide/svelte/icons/list'
import Lock from '@lucide/svelte/icons/lock'
import MessagesSquare from '@lucide/svelte/icons/messages-square'
import Plus from '@lucide/svelte/icons/plus'
import SquarePen from '@lucide/svelte/icons/square-pen'
import Users from '@lucide/svelte/icons/users'
import type { Chat } from './chat.svelte'
import type { Dialogs } from './dialogs.svelte'

/** What chat puts into the palette: every conversation, every person, and what can be done. */
export function chatCommands(chat: Chat, dialogs: Dialogs): Command[] {
  return [...channelCommands(chat), ...peopleCommands(chat), ...actCommands(chat, dialogs)]
}

function channelCommands({ hearth }: Chat): Command[] {
  return Object.values(hearth.channels)
    .filter((channel) => channel.kind !== 'direct' && channel.archivedAt === null)
    .map((channel) => ({
      id: `channel.${channel.id}`,
      label: channel.name,
      group: m.chat_channels(),
      detail: channel.topic,
      icon: channel.kind === 'private' ? Lock : Hash,
      weight: (hearth.memberships[channel.id]?.unread ? 2 : 0) + (hearth.memberships[channel.id] ? 1 : 0),
      run: () => goto(conversationPath(hearth, channel)),
    }))
}

function peopleCommands({ hearth }: Chat): Command[] {
  const people = hearth.people.map((user) => ({
    id: `person.${user.id}`,
    label: user.name,
    group: m.chat_people(),
    detail: [`@${user.username}`, user.title].filter(Boolean).join(' · '),
    keywords: [user.username],
    person: user,
    weight: hearth.directWith([user.id]) ? 1 : 0,
    run: () => goto(directPath(user)),
  }))
  const groups = Object.values(hearth.channels)
    .filter((channel) => channel.kind === 'direct' && channel.members.length > 2)
    .map((channel) => ({
      id: `channel.${channel.id}`,
      label: conversationName(hearth, channel),
      group: m.chat_people(),
      keywords: othersIn(hearth, channel).map((user) => user.username),
      icon: Users,
      weight: 1,
      run: () => goto(conversationPath(hearth, channel)),
    }))
  return [...people, ...groups]
}

function actCommands(chat: Chat, dialogs: Dialogs): Command[] {
  const group = m.chat_acts()
  const acts: Command[] = [
    { id: 'chat.unreads', label: m.chat_unreads(), group, icon: Inbox, run: () => goto('/unreads') },
    { id: 'chat.saved', label: m.chat_saved(), group, icon: Bookmark, run: () => goto('/saved') },
    {
      id: 'chat.reminders',
      label: m.chat_reminders(),
      group,
      icon: AlarmClock,
      run: () => goto('/reminders'),
    },
    {
      id: 'chat.threads',
      label: m.chat_threads(),
      group,
      icon: MessagesSquare,
      run: () => goto('/threads'),
    },
    {
      id: 'chat.mentions',
      label: m.chat_mentions(),
      group,
      keywords: ['mentions', 'news'],
      icon: AtSign,
      run: () => goto('/mentions'),
    },
    {
      id: 'chat.direct',
      label: m.chat_new_message(),
      group,
      icon: SquarePen,
      run: () => dialogs.show('direct'),
    },
    {
      id: 'chat.browse',
      label: m.chat_browse_channels(),
      group,
      icon: List,
      run: () => dialogs.show('browse'),
    },
    {
      id: 'chat.read',
      label: m.chat_mark_all_read(),
      group,
      icon: CheckCheck,
      keys: 'Shift+Escape',
      run: () => chat.markAllRead(),
    },
  ]
  if (chat.hearth.me.role !== 'guest') {
    acts.push({
      id: 'chat.create',
      label: m.chat_create_channel(),
      group,
      icon: Plus,
      run: () => dialogs.show('create'),
    })
  }
  return acts
}
