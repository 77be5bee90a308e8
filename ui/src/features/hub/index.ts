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
export { newsText } from './news'
export { isQuiet } from './quiet'
export { Hearth, provideHearth, useHearth } from './hearth.svelte'
