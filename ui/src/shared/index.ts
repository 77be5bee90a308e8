/** The design system: components, and the helpers every feature needs. Imports no feature and no network. */
export { default as Avatar } from './components/Avatar.svelte'
export { default as Badge } from './components/Badge.svelte'
export { default as Banner } from './components/Banner.svelte'
export { default as Button } from './components/Button.svelte'
export { default as Checkbox } from './components/Checkbox.svelte'
export { default as Combobox } from './components/Combobox.svelte'
export { default as ConfirmDialog } from './components/ConfirmDialog.svelte'
export { default as CopyField } from './components/CopyField.svelte'
export { default as Dialog } from './components/Dialog.svelte'
export { default as EmptyState } from './components/EmptyState.svelte'
export { default as ErrorState } from './components/ErrorState.svelte'
export { default as Field } from './components/Field.svelte'
export { default as Foundation } from './components/Foundation.svelte'
export { default as IconButton } from './components/IconButton.svelte'
export { default as Kbd } from './components/Kbd.svelte'
export { default as Logo } from './components/Logo.svelte'
export { default as Menu } from './components/Menu.svelte'
export { default as MenuItem } from './components/MenuItem.svelte'
export { default as MenuRadio } from './components/MenuRadio.svelte'
export { default as MenuSeparator } from './components/MenuSeparator.svelte'
export { default as PartMissing } from './components/PartMissing.svelte'
export { default as Popover } from './components/Popover.svelte'
export { default as RadioCards } from './components/RadioCards.svelte'
export { default as SegmentedControl } from './components/SegmentedControl.svelte'
export { default as Select } from './components/Select.svelte'
export { default as Skeleton } from './components/Skeleton.svelte'
export { default as Spinner } from './components/Spinner.svelte'
export { default as Switch } from './components/Switch.svelte'
export { default as Tabs } from './components/Tabs.svelte'
export { default as TextArea } from './components/TextArea.svelte'
export { default as TextField } from './components/TextField.svelte'
export { default as Time } from './components/Time.svelte'
export { default as Tooltip } from './components/Tooltip.svelte'

export { avatarUrl, hueOf, initialOf } from './avatar'
export { copyText } from './clipboard'
export { Clock } from './clock.svelte'
export { Commands, type Command } from './commands.svelte'
export { getClock, getCommands, getShortcuts, getTheme, getToasts } from './context'
export { slow } from './delay.svelte'
export { focusFirstInvalid, focusOnMount, focusQuietly, focusUnlessTouch, lingeringFocus } from './focus'
export {
  calendarDays,
  formatBytes,
  formatDate,
  formatDay,
  formatFull,
  formatList,
  formatNumber,
  formatRelative,
  formatShort,
  formatTime,
  formatter,
  formatWait,
  locale as readerLocale,
} from './format'
export { formatWeekday, formatWhen } from './ahead'
export { fieldsOf, momentOf } from './moment'
export { Resource, type Loaded } from './resource.svelte'
export { isMac, isTyping, keysToShow, Shortcuts, type Shortcut } from './shortcuts.svelte'
export { applyStoredTheme, Theme, type ThemeChoice } from './theme.svelte'
export { Toasts, type ToastOptions } from './toasts.svelte'
export { Watch } from './watch.svelte'
