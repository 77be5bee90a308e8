type Same = (a: unknown, b: unknown) => boolean

const same: Same = (a, b) => a === b

/**
 * An edited copy of something that others may change meanwhile. Knows what was changed here, takes in what changed
 * elsewhere, and names the fields where both happened.
 */
export class Draft<T extends object> {
  /** What is in the fields now. */
  values = $state() as T
  #base = $state.raw() as T
  /** Fields changed both here and elsewhere since the last save: what the others have put there. */
  conflicts = $state.raw<Partial<T>>({})

  constructor(base: T) {
    this.#base = base
    this.values = { ...base }
  }

  /** What differs from what is stored; the body of a PATCH. */
  get changes(): Partial<T> {
    const changes: Partial<T> = {}
    for (const key of keys(this.#base)) {
      if (!same(this.values[key], this.#base[key])) changes[key] = this.values[key]
    }
    return changes
  }

  get dirty(): boolean {
    return Object.keys(this.changes).length > 0
  }

  get conflicting(): boolean {
    return Object.keys(this.conflicts).length > 0
  }

  /** What is stored now. Fields nobody touched here follow it; the others stay as typed and count as a conflict. */
  rebase(next: T): void {
    const conflicts: Partial<T> = {}
    for (const key of keys(next)) {
      const edited = !same(this.values[key], this.#base[key])
      const moved = !same(next[key], this.#base[key])
      if (!edited) this.values[key] = next[key]
      else if ((moved || key in this.conflicts) && !same(next[key], this.values[key]))
        conflicts[key] = next[key]
    }
    this.#base = next
    this.conflicts = conflicts
  }

  /** Starts over from what is stored. */
  reset(next: T = this.#base): void {
    this.#base = next
    this.conflicts = {}
    this.values = { ...next }
  }

  /** Leaves the conflicting fields to the others. */
  takeTheirs(): void {
    for (const key of keys(this.conflicts as T)) this.values[key] = this.#base[key]
    this.conflicts = {}
  }

  /** Keeps what was typed here; the next save puts it over theirs. */
  keepMine(): void {
    this.conflicts = {}
  }
}

function keys<T extends object>(value: T): (keyof T)[] {
  return Object.keys(value) as (keyof T)[]
}
