import type { TokenScope } from '$api'
import { m } from '$paraglide/messages'

export function scopeName(scope: TokenScope): string {
  switch (scope) {
    case 'read':
      return m.settings_scope_read()
    case 'write':
      return m.settings_scope_write()
    case 'admin':
      return m.settings_scope_admin()
  }
}

export function scopeDetail(scope: TokenScope): string {
  switch (scope) {
    case 'read':
      return m.settings_scope_read_detail()
    case 'write':
      return m.settings_scope_write_detail()
    case 'admin':
      return m.settings_scope_admin_detail()
  }
}
