import type { Delivery, Fault, Outgoing, Topic } from '$api'
import type { Hearth } from '$features/hub'
import { m } from '$paraglide/messages'

const topics: Record<Topic, () => string> = {
  'message.created': m.programs_topic_message_created,
  'message.updated': m.programs_topic_message_updated,
  'message.deleted': m.programs_topic_message_deleted,
  'reaction.added': m.programs_topic_reaction_added,
  'reaction.removed': m.programs_topic_reaction_removed,
  'member.joined': m.programs_topic_member_joined,
  'member.left': m.programs_topic_member_left,
  'channel.updated': m.programs_topic_channel_updated,
  'task.created': m.programs_topic_task_created,
  'task.updated': m.programs_topic_task_updated,
  'task.commented': m.programs_topic_task_commented,
  'task.deleted': m.programs_topic_task_deleted,
  'user.created': m.programs_topic_user_created,
  'user.deleted': m.programs_topic_user_deleted,
}

export const ALL_TOPICS = Object.keys(topics) as Topic[]

export const isOfTasks = (topic: Topic): boolean => topic.startsWith('task.')
export const isOfTeam = (topic: Topic): boolean => topic.startsWith('user.')

/** What a kind of news is called; a test is none. */
export const topicName = (topic: string): string => topics[topic as Topic]?.() ?? m.programs_topic_test()

const faults: Record<Fault, () => string> = {
  refused: m.programs_fault_refused,
  unknown_host: m.programs_fault_unknown_host,
  no_connection: m.programs_fault_no_connection,
  no_trust: m.programs_fault_no_trust,
  too_slow: m.programs_fault_too_slow,
  broken: m.programs_fault_broken,
  given_up: m.programs_fault_given_up,
}

export const faultText = (fault: Fault): string => faults[fault]()

/** How the last try went, in a few words. */
export function outcomeText(delivery: Delivery): string {
  if (delivery.status !== null) return m.programs_status({ status: delivery.status })
  return delivery.fault ? faultText(delivery.fault) : ''
}

/** Where a webhook listens, as far as the person may know. */
export function placesText(hearth: Hearth, outgoing: Outgoing): string {
  if (outgoing.everywhere) return m.programs_everywhere()
  const channels = outgoing.channelIds.map((id) => hearth.channels[id]).filter((found) => found !== undefined)
  const projects = outgoing.projectIds.map((id) => hearth.projects[id]).filter((found) => found !== undefined)
  const names = [...channels.map(({ name }) => `#${name}`), ...projects.map(({ name }) => name)]
  const hidden = outgoing.channelIds.length + outgoing.projectIds.length - names.length
  if (names.length === 0) return m.programs_elsewhere()
  const shown = names.slice(0, 3).join(', ')
  const more = names.length - Math.min(names.length, 3) + hidden
  return more > 0 ? m.programs_more_places({ names: shown, count: more }) : shown
}

/** What it is told, in a few words. */
export function topicsText(outgoing: Outgoing): string {
  const { topics } = outgoing
  return topics.length <= 2
    ? topics.map(topicName).join(', ')
    : m.programs_topic_count({ count: topics.length })
}

/** The words between commas. */
export const wordsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean),
  ),
]
