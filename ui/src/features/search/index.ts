export { default as SearchCommands } from './SearchCommands.svelte'
export { default as SearchPage } from './SearchPage.svelte'
