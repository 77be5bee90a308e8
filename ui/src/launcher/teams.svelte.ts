import { desktop, teamProblem, type Team, type TeamProblem } from '$platform/desktop'

const EVERY_MS = 2_000

/** The teams that can be opened, as the app finds them. */
export class Teams {
  list = $state.raw<Team[]>([])
  /** The team that is being opened. */
  opening = $state<string>()
  /** Which team could not be opened, and why. */
  failed = $state.raw<{ id: string; problem: TeamProblem }>()

  /** How many answer on this network now. */
  get nearby(): number {
    return this.list.filter((team) => team.nearby).length
  }

  /** Asks again and again, since computers come and go; returns how to stop. */
  follow(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    const ask = async () => {
      const list = await desktop.nearby().catch(() => this.list)
      if (stopped) return
      // The same list must not be drawn again under a person's pointer.
      if (JSON.stringify(list) !== JSON.stringify(this.list)) this.list = list
      timer = setTimeout(ask, EVERY_MS)
    }
    void ask()
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }

  async open(id: string): Promise<void> {
    if (this.opening) return
    this.opening = id
    this.failed = undefined
    try {
      await desktop.openTeam(id)
    } catch (error) {
      this.failed = { id, problem: teamProblem(error) }
    } finally {
      this.opening = undefined
    }
  }

  async forget(id: string): Promise<void> {
    await desktop.forgetTeam(id)
    this.list = this.list.filter((team) => team.id !== id || team.nearby)
  }
}
