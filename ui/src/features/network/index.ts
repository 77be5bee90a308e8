export { default as EncryptionPage } from './EncryptionPage.svelte'
export { default as LetInPage } from './LetInPage.svelte'
export { default as NetworkPage } from './NetworkPage.svelte'
export { default as TrustPage } from './TrustPage.svelte'
