const FIRST_MS = 500
const LONGEST_MS = 15_000

/**
 * How long to wait before the next attempt: full jitter, so that after a restart a whole team does not
 * knock at the same moment. `attempt` counts from 0.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10))
  return Math.round(random() * ceiling)
}
