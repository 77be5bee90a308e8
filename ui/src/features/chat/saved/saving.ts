import { forgetMessage, saveMessage } from '$api'
import { placeOf, type Hearth } from '$features/hub'
import type { Toasts } from '$shared'
import { problemText } from '../problems'

/** At once on screen; taken back where the server refuses. */
export async function setSaved(
  hearth: Hearth,
  toasts: Toasts,
  { channelId, number }: { channelId: string; number: number },
  saved: boolean,
): Promise<void> {
  const before = hearth.saved[placeOf({ channelId, number })]
  const show = (one = before) =>
    one
      ? hearth.apply({ name: 'saved.added', data: { saved: one } })
      : hearth.apply({ name: 'saved.removed', data: { channelId, number } })
  try {
    if (saved) {
      show({ channelId, number, savedAt: new Date().toISOString() })
      show(await saveMessage(channelId, number))
    } else {
      hearth.apply({ name: 'saved.removed', data: { channelId, number } })
      await forgetMessage(channelId, number)
    }
  } catch (error) {
    show()
    toasts.danger(problemText(error))
  }
}
