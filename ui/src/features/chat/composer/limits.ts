/** What the server takes, in characters. */
export const LONGEST_MESSAGE = 16_000
/** From here on the composer counts. */
export const NEAR_LONGEST = 14_500
