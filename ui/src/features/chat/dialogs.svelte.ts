import { createContext } from 'svelte'

export type ChatDialog = 'create' | 'browse' | 'direct'

/** Which dialog of the whole chat is on screen; anything may open one. */
export class Dialogs {
  open = $state<ChatDialog | null>(null)
  /** What was typed before, to begin with. */
  draft = $state('')

  show(dialog: ChatDialog, draft = ''): void {
    this.draft = draft
    this.open = dialog
  }
}

export const [useDialogs, provideDialogs] = createContext<Dialogs>()
