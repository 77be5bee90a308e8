export { default as CommandsSection } from './CommandsSection.svelte'
export { default as OutgoingList } from './OutgoingList.svelte'
export { default as OutgoingSection } from './OutgoingSection.svelte'
export { faultText } from './texts'
