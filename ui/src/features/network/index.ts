export { default as LetInPage } from './LetInPage.svelte'
export { default as NetworkPage } from './NetworkPage.svelte'
