export { conversationName, conversationPath, directPath, othersIn } from './conversations'
export { loadedBlocks, messageAt, missing, placeOf, type HubEvent, type Stretch, type Window } from './core'
export { Hearth, provideHearth, useHearth } from './hearth.svelte'
