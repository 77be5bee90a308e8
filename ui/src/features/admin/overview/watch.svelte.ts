import { getOverview, type Overview } from '$api'
import { Resource } from '$shared'

const EVERY_MS = 5_000
/** The first look comes before this page itself is connected and counted. */
const AGAIN_MS = 1_000

/** How the hub is, looked at again every five seconds while the page is seen. Start it in an effect; what that gives stops it. */
export class Watch {
  readonly resource = new Resource<Overview>(getOverview)

  start(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    const look = async () => {
      if (!document.hidden && this.resource.value) await this.#look()
      if (!stopped) timer = setTimeout(look, EVERY_MS)
    }
    const seen = () => {
      if (document.hidden) return
      clearTimeout(timer)
      void look()
    }
    timer = setTimeout(look, AGAIN_MS)
    document.addEventListener('visibilitychange', seen)
    return () => {
      stopped = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
    }
  }

  /** One failed look is no news: what was seen last stays on screen. */
  async #look() {
    try {
      this.resource.set(await getOverview())
    } catch {
      // The next look may succeed.
    }
  }
}
