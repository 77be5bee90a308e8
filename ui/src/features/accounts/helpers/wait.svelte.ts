/** Seconds that are left of a wait somebody was told to keep; 0 when it is over. */
export class Wait {
  left = $state(0)
  #timer: ReturnType<typeof setInterval> | undefined

  start(seconds: number): void {
    this.stop()
    const end = Date.now() + seconds * 1000
    this.left = Math.ceil(seconds)
    this.#timer = setInterval(() => {
      this.left = Math.max(0, Math.ceil((end - Date.now()) / 1000))
      if (this.left === 0) this.stop()
    }, 250)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
