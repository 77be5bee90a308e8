import { updatePreferences, type Preferences } from '$api'
import { explain } from '$features/accounts'
import type { Hearth } from '$features/hub'
import type { Toasts } from '$shared'

/** At once on screen; taken back where the server refuses. */
export async function setPreferences(
  hearth: Hearth,
  toasts: Toasts,
  patch: Partial<Preferences>,
): Promise<void> {
  const before = hearth.preferences
  const show = (preferences: Preferences) =>
    hearth.apply({ name: 'preferences.updated', data: { preferences } })
  show({ ...before, ...patch })
  try {
    show(await updatePreferences(patch))
  } catch (error) {
    show(before)
    toasts.danger(explain(error))
  }
}
