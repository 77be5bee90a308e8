import type { Message } from '$api'
import type { Hearth } from '$features/hub'
import { mayEdit } from '../core/rights'
import type { Makings } from './making.svelte'

/** Whether there is any project in which I could make a task. */
export const mayMakeTasks = (hearth: Hearth): boolean =>
  Object.values(hearth.projects).some((project) => mayEdit(project, hearth.me))

/** Opens the dialog for a task of this message; its first line is the title to begin with. */
export function makeTask(making: Makings, message: Message): void {
  const line = message.body.split('\n').find((one) => /[\p{L}\p{N}]/u.test(one)) ?? ''
  const title = line
    .replace(/^[#>*\s-]+/, '')
    .replace(/[*`_~]/g, '')
    .trim()
    .slice(0, 200)
  making.show({ kind: 'task', title, source: { channelId: message.channelId, number: message.number } })
}
