import type { Clock } from '$shared'
import { dayOf } from './days'

/** The day that it is where the reader is. */
export const todayOf = (clock: Clock): string => dayOf(new Date(clock.now))
