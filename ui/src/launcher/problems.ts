import { m } from '$paraglide/messages.js'
import type { TeamProblem } from '$platform/desktop'

const SENTENCES: Record<TeamProblem, () => string> = {
  notAnAddress: m.launcher_error_notAnAddress,
  noAnswer: m.launcher_error_noAnswer,
  notHearth: m.launcher_error_notHearth,
  unknown: m.launcher_error_unknown,
}

/** What went wrong and what to do. */
export const sentence = (problem: TeamProblem) => SENTENCES[problem]()
