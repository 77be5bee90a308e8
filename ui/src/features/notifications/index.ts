export { default as NotificationsPage } from './NotificationsPage.svelte'

/** Tells of what is said elsewhere; fetched when the page stands. */
export const notifier = () => import('./Notifier.svelte')
export { default as UnsubscribePage } from './UnsubscribePage.svelte'
