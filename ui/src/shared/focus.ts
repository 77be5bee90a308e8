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

/** A finger's press becomes a click within this. */
const PRESS_MS = 300

/**
 * Says when the field inside loses the focus to a press, and when that press has become a click. What is drawn for the
 * focus stays meanwhile: if it went at once, everything would move away from under the finger, and the press be lost.
 */
export function lingeringFocus(tell: (lingers: boolean) => void): Attachment<HTMLElement> {
  return (node) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = () => {
      clearTimeout(timer)
      document.removeEventListener('click', end, true)
      tell(false)
    }
    const begin = (event: FocusEvent) => {
      if (!(event.target instanceof HTMLTextAreaElement)) return
      clearTimeout(timer)
      // Not at once: a field also loses the focus in the middle of being taken away.
      queueMicrotask(() => tell(true))
      document.addEventListener('click', end, true)
      timer = setTimeout(end, PRESS_MS)
    }
    node.addEventListener('focusout', begin)
    return () => {
      node.removeEventListener('focusout', begin)
      end()
    }
  }
}
