import type { Attachment } from 'svelte/attachments'

/** Focuses the element when it appears: `<input {@attach focusOnMount}>`. */
export const focusOnMount: Attachment<HTMLElement> = (element) => {
  element.focus({ preventScroll: true })
}

/** Puts the focus on the first field of a form that was marked wrong, so that it is read out and can be mended. */
export function focusFirstInvalid(form: HTMLElement | null | undefined): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
}

/** Focuses a heading (or anything) that normally takes no focus: after a route or a deletion. */
export function focusQuietly(element: HTMLElement | null | undefined): void {
  if (!element) return
  if (!element.hasAttribute('tabindex')) element.tabIndex = -1
  element.focus({ preventScroll: true })
}

const FOCUSABLE = 'input, select, textarea, button, a[href], [tabindex]'

/** The first thing inside that takes the focus. */
export function firstFocusable(element: HTMLElement | null | undefined): HTMLElement | undefined {
  return [...(element?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].find(
    (candidate) => candidate.tabIndex >= 0 && !candidate.matches(':disabled, [aria-hidden="true"]'),
  )
}

/** As `focusOnMount`, but not where that would pull up an on-screen keyboard. */
export const focusUnlessTouch: Attachment<HTMLElement> = (element) => {
  if (!window.matchMedia('(pointer: coarse)').matches) element.focus({ preventScroll: true })
}
