export {
  authorName,
  conversationName,
  conversationPath,
  directPath,
  othersIn,
  threadPath,
} from './conversations'
export {
  loadedBlocks,
  messageAt,
  missing,
  draftKey,
  placeOf,
  type HubEvent,
  type TaskEventName,
  type TaskNews,
  type Stretch,
  type Window,
} from './core'
export { isQuiet } from './quiet'
export { Hearth, provideHearth, useHearth } from './hearth.svelte'
