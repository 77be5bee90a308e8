export { default as BackupsPage } from './backups/BackupsPage.svelte'
