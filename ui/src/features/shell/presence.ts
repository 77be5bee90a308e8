const AWAY_AFTER_MS = 5 * 60_000
const LOOK_EVERY_MS = 30_000

/** Away after five minutes without a sign of life, or with the page out of sight; returns how to stop. */
export function watchPresence(tell: (state: 'active' | 'away') => void): () => void {
  let lastSign = Date.now()
  let hiddenSince: number | undefined

  const look = () => {
    const now = Date.now()
    const away =
      now - lastSign > AWAY_AFTER_MS || (hiddenSince !== undefined && now - hiddenSince > AWAY_AFTER_MS)
    tell(away ? 'away' : 'active')
  }
  const sign = () => {
    const wasQuiet = Date.now() - lastSign > LOOK_EVERY_MS
    lastSign = Date.now()
    if (wasQuiet) look()
  }
  const seen = () => {
    hiddenSince = document.visibilityState === 'hidden' ? Date.now() : undefined
    if (hiddenSince === undefined) lastSign = Date.now()
    look()
  }

  const timer = setInterval(look, LOOK_EVERY_MS)
  const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const
  for (const name of signs) window.addEventListener(name, sign, { passive: true })
  document.addEventListener('visibilitychange', seen)
  return () => {
    clearInterval(timer)
    for (const name of signs) window.removeEventListener(name, sign)
    document.removeEventListener('visibilitychange', seen)
  }
}
