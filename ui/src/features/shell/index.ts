export { default as Boot } from './Boot.svelte'
export { default as ErrorPage } from './ErrorPage.svelte'
