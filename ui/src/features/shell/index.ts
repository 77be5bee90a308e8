export { default as Boot } from './Boot.svelte'
