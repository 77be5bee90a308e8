import * as sdk from './generated'
import { BASE, content } from './http'
import type { Network } from './types'

/** How teammates reach this team, and whether they can. For owners and admins. */
export const getNetwork = (): Promise<Network> => content(sdk.getNetwork())

/** Lets teammates in or not any longer; chooses the interfaces, `null` leaves that to Hearth. */
export const updateNetwork = (patch: {
  lan?: 'open' | 'closed'
  interfaces?: string[] | null
}): Promise<Network> => content(sdk.updateNetwork({ body: patch }))

/** The picture of a QR code that leads to a path of this team, at one of its addresses. */
export const networkCodeUrl = (path: string, address: string): string =>
  `${BASE}/admin/network/code.svg?${new URLSearchParams({ path, address })}`
