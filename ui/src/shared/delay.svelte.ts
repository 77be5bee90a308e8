/**
 * True once `busy` has been true for a while (150 ms): a skeleton that only flashes by is worse than none.
 * Call during component initialisation.
 */
export function slow(busy: () => boolean, afterMs = 150): () => boolean {
  let passed = $state(false)
  $effect(() => {
    if (!busy()) return
    const timer = setTimeout(() => (passed = true), afterMs)
    return () => {
      clearTimeout(timer)
      passed = false
    }
  })
  return () => passed && busy()
}
