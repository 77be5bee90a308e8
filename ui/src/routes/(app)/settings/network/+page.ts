import { redirect } from '@sveltejs/kit'

/** What was among the settings is in the dashboard now; old links go on working. */
export const load = ({ url }) => redirect(307, `/admin/network${url.search}`)
