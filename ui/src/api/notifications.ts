import * as sdk from './generated'
import { content } from './http'
import type { Preferences } from './types'

/** Changes what I want to be told; absent fields stay as they are. */
export const updatePreferences = (patch: Partial<Preferences>): Promise<Preferences> =>
  content(sdk.updatePreferences({ body: patch }))
