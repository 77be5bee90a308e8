import { getNetwork, type Network } from '$api'
import { Resource } from '$shared'

const EVERY_MS = 2_000

/**
 * How teammates reach this team, looked at again every two seconds while the page is seen. Start it in an effect; what
 * that gives stops it.
 */
export class Watch {
  readonly resource = new Resource<Network>(getNetwork)

  get network(): Network | undefined {
    return this.resource.value
  }

  start(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    const look = async () => {
      if (!document.hidden && this.network) await this.#look()
      if (!stopped) timer = setTimeout(look, EVERY_MS)
    }
    const seen = () => {
      if (document.hidden) return
      clearTimeout(timer)
      void look()
    }
    timer = setTimeout(look, EVERY_MS)
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
      this.resource.set(await getNetwork())
    } catch {
      // The next look may succeed.
    }
  }
}
