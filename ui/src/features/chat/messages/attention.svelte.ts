import { createSubscriber } from 'svelte/reactivity'

/** Whether somebody looks: the window is in sight and has the focus. */
export function attention(): () => boolean {
  const subscribe = createSubscriber((update) => {
    window.addEventListener('focus', update)
    window.addEventListener('blur', update)
    document.addEventListener('visibilitychange', update)
    return () => {
      window.removeEventListener('focus', update)
      window.removeEventListener('blur', update)
      document.removeEventListener('visibilitychange', update)
    }
  })
  return () => {
    subscribe()
    return document.visibilityState === 'visible' && document.hasFocus()
  }
}
