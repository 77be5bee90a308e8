import { getNetwork } from '$api'
import { Watch } from '$shared'

/** How teammates reach this team: a phone that comes is seen at once. */
export const watchNetwork = () => new Watch(getNetwork, 2_000)
