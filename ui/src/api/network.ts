import * as sdk from './generated'
import { BASE, content } from './http'
import type { Network, Tls, TlsMode, Trust } from './types'

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

/** How it stands with encryption. For owners and admins. */
export const getTls = (): Promise<Tls> => content(sdk.getTls())

export const updateTls = (mode: TlsMode): Promise<Tls> => content(sdk.updateTls({ body: { mode } }))

/** Brings a certificate with its key, both as PEM, and uses it. */
export const setTlsCertificate = (certificate: string, key: string): Promise<Tls> =>
  content(sdk.setTlsCertificate({ body: { certificate, key } }))

/** Makes another authority; every device has to be shown it. */
export const createTlsAuthority = (): Promise<Tls> => content(sdk.createTlsAuthority())

/** What a device needs to know to trust the hub. Without signing in. */
export const getTrust = (): Promise<Trust> => content(sdk.getTrust())

/** Where the authority's certificate is downloaded. */
export const trustCertificateUrl = '/trust/hearth.crt'
