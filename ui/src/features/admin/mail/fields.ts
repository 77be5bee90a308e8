import type { Mail, MailPatch, MailSecurity, SettingSource } from '$api'
import { m } from '$paraglide/messages'

/** What stands in the fields. Empty is nothing; of the password, the one that is kept. */
export interface MailFields {
  server: string
  port: string
  security: MailSecurity
  user: string
  password: string
  from: string
  address: string
}

export const fieldsOf = (mail: Mail): MailFields => ({
  server: mail.server ?? '',
  port: mail.port === null ? '' : String(mail.port),
  security: mail.security,
  user: mail.user ?? '',
  password: '',
  from: mail.from ?? '',
  address: mail.address ?? '',
})

/** What these changes are for the hub. Whoever needs no name needs no password either. */
export function patchOf(changes: Partial<MailFields>, mail: Mail): MailPatch {
  const { port, security, password, ...texts } = changes
  const patch: MailPatch = {}
  for (const [name, value] of Object.entries(texts)) {
    patch[name as keyof typeof texts] = value.trim() || null
  }
  if (port !== undefined) patch.port = port.trim() === '' ? null : Number(port)
  if (security !== undefined) patch.security = security
  if (password) patch.password = password
  else if (patch.user === null && mail.passwordSet && !isFixed(mail, 'password')) patch.password = null
  return patch
}

/** Whether it cannot be changed here. */
export const isFixed = (mail: Mail, field: keyof MailFields): boolean =>
  ['flag', 'variable', 'file'].includes(mail.sources[field] ?? '')

/** Where a value comes from, where it is not from here. */
export function sourceOf(source: SettingSource | undefined): string | undefined {
  switch (source) {
    case 'file':
      return m.admin_mail_sources_file()
    case 'variable':
      return m.admin_mail_sources_variable()
    case 'flag':
      return m.admin_mail_sources_flag()
    default:
      return undefined
  }
}

export function isPort(text: string): boolean {
  return text.trim() === '' || (/^\d{1,5}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535)
}

export const usualPort = (security: MailSecurity): number =>
  security === 'tls' ? 465 : security === 'starttls' ? 587 : 25
