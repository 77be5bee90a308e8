import * as sdk from './generated'
import { content } from './http'
import type { Mail, MailOutcome, MailPatch, OwnMail, Subscription } from './types'

/** By which server mail is sent. */
export const getMail = (): Promise<Mail> => content(sdk.getMail())

/** Absent fields stay as they are; `null` removes one. */
export const updateMail = (patch: MailPatch): Promise<Mail> => content(sdk.updateMail({ body: patch }))

/** Sends a mail to see whether it comes through; what the server says to it. */
export const sendTestMail = (to?: string): Promise<MailOutcome> =>
  content(sdk.sendTestMail({ body: to ? { to } : {} }))

/** Whether I can get mails. */
export const getOwnMail = (): Promise<OwnMail> => content(sdk.getOwnMail())

/** What the link of a mail is about. */
export const getSubscription = (token: string): Promise<Subscription> =>
  content(sdk.getSubscription({ path: { token } }))

/** No more mails, by the link of one. */
export const unsubscribe = (token: string): Promise<Subscription> =>
  content(sdk.unsubscribe({ path: { token } }))
