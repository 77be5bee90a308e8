import type { Project } from '$api'
import { createContext } from 'svelte'

/** What is being made, or set: which dialog is on screen. */
export type Making =
  | {
      kind: 'task'
      project?: Project
      status?: number
      source?: { channelId: string; number: number }
      title?: string
      /** The day that it is due, and whom it is for, unless the line says otherwise. */
      due?: string
      assigneeIds?: readonly string[]
    }
  | { kind: 'project' }
  | { kind: 'settings'; project: Project }
  /** Of a project, or of my own tasks. */
  | { kind: 'feed'; project?: Project }

/** The dialogs about tasks; anything may open one. Only this little is there from the start. */
export class Makings {
  open = $state.raw<Making | null>(null)

  show(making: Making): void {
    this.open = making
  }
}

export const [useMaking, provideMaking] = createContext<Makings>()
