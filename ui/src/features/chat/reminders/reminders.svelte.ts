import { listReminders, type Message, type Reminder, type ReminderPlace } from '$api'
import { messageAt, placeOf, type Hearth, type HubEvent } from '$features/hub'
import { SvelteMap } from 'svelte/reactivity'

const PAGE = 100

/** The messages that reminders are of, as far as they were fetched. */
export class RemindersMessages {
  #hearth: Hearth
  /** Null where it may not be read. */
  #texts = new SvelteMap<string, Message | null>()
  #loading = false
  failed = $state.raw<unknown>()

  constructor(hearth: Hearth) {
    this.#hearth = hearth
  }

  readonly #places = $derived.by(() =>
    [...this.#hearth.reminders, ...this.#hearth.remindersDone]
      .map((one) => one.message)
      .filter((place) => place !== null),
  )
  /** How many are still to be fetched. */
  readonly missing = $derived.by(() => this.#places.filter((place) => this.#at(place) === undefined).length)

  /** Undefined until it is known, and for a reminder of none; null where it may not be read. */
  of({ message }: Reminder): Message | null | undefined {
    return message ? this.#at(message) : undefined
  }

  #at(place: ReminderPlace): Message | null | undefined {
    // Whoever was put out of the conversation does not go on reading here.
    if (!this.#hearth.channels[place.thread?.channelId ?? place.channelId]) return null
    const window = this.#hearth.windows[place.channelId]
    return (window && messageAt(window, place.number)) ?? this.#texts.get(placeOf(place))
  }

  /** Keeps what is on screen true; returns how to stop. */
  start(): () => void {
    return this.#hearth.listen((event) => this.#hear(event))
  }

  async load(): Promise<void> {
    if (this.#loading || this.missing === 0) return
    this.#loading = true
    try {
      for (let page = 1; ; page++) {
        const { reminders, pagination } = await listReminders({ page, limit: PAGE })
        for (const { reminder, message } of reminders) {
          if (reminder.message) this.#texts.set(placeOf(reminder.message), message)
        }
        if (page >= pagination.pages) break
      }
      this.failed = undefined
    } catch (error) {
      this.failed = error
    } finally {
      this.#loading = false
    }
  }

  #hear(event: HubEvent) {
    if (event.name === 'message.updated' || event.name === 'message.deleted') {
      const place = placeOf(event.data.message)
      if (this.#texts.has(place)) this.#texts.set(place, event.data.message)
    }
  }
}
