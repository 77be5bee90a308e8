/** The error text when nothing but blanks was typed. */
export function required(value: string, error: string): string | undefined {
  return value.trim() ? undefined : error
}

/** Catches slips, not crimes: the server has the last word. */
export function looksLikeEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/.test(value.trim())
}
