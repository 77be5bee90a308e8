export { default as AdminLayout } from './AdminLayout.svelte'
export { default as AuditPage } from './audit/AuditPage.svelte'
export { default as BackupsPage } from './backups/BackupsPage.svelte'
export { default as OverviewPage } from './overview/OverviewPage.svelte'
