import * as sdk from './generated'
import { content } from './http'
import type { Bootstrap, Hub, Settings } from './types'

/** What anybody may know about this team. */
export const getHub = (): Promise<Hub> => content(sdk.getHub())

export const getBootstrap = (signal?: AbortSignal): Promise<Bootstrap> =>
  content(sdk.getBootstrap({ signal }))

export const getSettings = (): Promise<Settings> => content(sdk.getSettings())

export const updateSettings = (patch: Partial<Settings>): Promise<Settings> =>
  content(sdk.updateSettings({ body: patch }))
