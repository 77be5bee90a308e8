export { apply } from './apply'
export type { AnyEvent, HubEvent, LocalEvent, Root, TaskEventName, TaskNews } from './events'
export { draftKey, placeOf, stateOf, type State } from './state'
export { keepOnly, loadedBlocks, messageAt, missing, putMessages, type Stretch, type Window } from './window'
