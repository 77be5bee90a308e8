import { createSection, deleteSection, setSection, updateSection, type Sections } from '$api'
import type { Hearth } from '$features/hub'
import { m } from '$paraglide/messages.js'
import { getToasts } from '$shared'
import { problemText } from '../problems'
import type { NamedSection } from './sections'

/** Where a conversation stands: `favourites`, `none`, or the id of a section with a name. */
export function sectionOf(sections: Sections, channelId: string): string {
  if (sections.favourites.includes(channelId)) return 'favourites'
  return sections.named.find((section) => section.channels.includes(channelId))?.id ?? 'none'
}

/** How I sort my side bar. */
export class Sorting {
  #hearth: Hearth
  #toasts = getToasts()

  constructor(hearth: Hearth) {
    this.#hearth = hearth
  }

  put(channelId: string, section: string): Promise<void> {
    return this.#try(() => setSection(channelId, section))
  }

  /** Up is -1, down is 1. */
  move(section: NamedSection, by: -1 | 1): Promise<void> {
    const at = this.#hearth.sections.named.findIndex(({ id }) => id === section.id)
    return this.#try(() => updateSection(section.id, { place: Math.max(0, at + by) }))
  }

  async remove(section: NamedSection): Promise<void> {
    const { named } = this.#hearth.sections
    const place = named.findIndex(({ id }) => id === section.id)
    const channels = named[place]?.channels ?? []
    await this.#try(() => deleteSection(section.id))
    this.#toasts.show({
      text: m.chat_section_removed({ name: section.name }),
      action: { label: m.chat_undo(), run: () => this.#restore(section.name, place, channels) },
    })
  }

  #restore(name: string, place: number, channels: readonly string[]): Promise<void> {
    return this.#try(async () => {
      const id = (await createSection(name)).named.at(-1)?.id ?? ''
      let sections = await updateSection(id, { place })
      for (const channel of channels) sections = await setSection(channel, id)
      return sections
    })
  }

  async #try(change: () => Promise<Sections>): Promise<void> {
    try {
      this.#hearth.apply({ name: 'sections.updated', data: { sections: await change() } })
    } catch (error) {
      this.#toasts.danger(problemText(error))
    }
  }
}
