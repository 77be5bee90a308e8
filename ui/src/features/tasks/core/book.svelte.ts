import {
  createTask,
  deleteTask,
  isProblem,
  listMyTasks,
  listProjectTasks,
  listTasks,
  moveTask,
  restoreTask,
  updateTask,
  type NewTask,
  type Task,
  type TaskPatch,
} from '$api'
import type { Hearth, HubEvent, TaskNews } from '$features/hub'
import { SvelteMap } from 'svelte/reactivity'
import { isOpen, rankAfter } from './order'

type Status = 'loading' | 'ready' | 'offline' | 'failed'
type Table = Readonly<Record<string, Task>>

const books = new WeakMap<Hearth, Book>()

/** The tasks that this client holds: of the projects that were looked at, and those that are named somewhere. */
export class Book {
  readonly hearth: Hearth
  #tasks = $state.raw<Table>({})
  /** What was done here and the server has not answered yet, by task. */
  #guesses = $state.raw<Readonly<Record<string, Partial<Task>>>>({})
  #projects = new SvelteMap<string, Status>()
  mine = $state<Status>('loading')
  #mineAsked = false
  #asked = new Set<string>()
  #waiting = new Set<string>()

  private constructor(hearth: Hearth) {
    this.hearth = hearth
    hearth.listen((event) => this.#hear(event))
    // It lives as long as the picture of the team that it belongs to.
    $effect.root(() => {
      let epoch = hearth.epoch
      $effect(() => {
        if (hearth.epoch === epoch) return
        epoch = hearth.epoch
        this.#again()
      })
    })
  }

  static of(hearth: Hearth): Book {
    let book = books.get(hearth)
    if (!book) books.set(hearth, (book = new Book(hearth)))
    return book
  }

  /** All that is held, with what was done here a moment ago. */
  readonly all: readonly Task[] = $derived.by(() =>
    Object.values(this.#tasks).map((task) => this.#guessed(task)),
  )

  readonly #byKey = $derived.by(() => {
    const table: Record<string, Task> = {}
    for (const task of this.all) table[task.key] = task
    return table
  })

  /** How many parts each task has and how many of them are closed, by what they are a part of. */
  readonly #parts = $derived.by(() => {
    const table: Record<string, { done: number; count: number }> = {}
    for (const task of this.all) {
      if (task.parent === null) continue
      const parts = (table[`${task.projectId} ${task.parent}`] ??= { done: 0, count: 0 })
      parts.count++
      if (!isOpen(this.hearth.projects[task.projectId], task)) parts.done++
    }
    return table
  })

  /** How far the parts of a task are, as far as they are known here; undefined without any. */
  parts({ projectId, number }: Task): { done: number; count: number } | undefined {
    return this.#parts[`${projectId} ${number}`]
  }

  get(id: string): Task | undefined {
    const task = this.#tasks[id]
    return task && this.#guessed(task)
  }

  byKey(key: string): Task | undefined {
    return this.#byKey[key.toUpperCase()]
  }

  of(projectId: string): Task[] {
    return this.all.filter((task) => task.projectId === projectId)
  }

  /** My open tasks in all projects. */
  readonly own: readonly Task[] = $derived.by(() => {
    const { projects, me } = this.hearth
    return this.all.filter(
      (task) =>
        task.assigneeIds.includes(me.id) &&
        projects[task.projectId] &&
        isOpen(projects[task.projectId], task),
    )
  })

  status(projectId: string): Status {
    return this.#projects.get(projectId) ?? 'loading'
  }

  #guessed(task: Task): Task {
    const guess = this.#guesses[task.id]
    return guess ? { ...task, ...guess } : task
  }

  /** Takes tasks in; of two states of one the newer stays. */
  put(tasks: readonly Task[]): void {
    const next: Record<string, Task> = { ...this.#tasks }
    for (const task of tasks) {
      const before = next[task.id]
      if (before && before.version > task.version) continue
      if (task.deletedAt === null) next[task.id] = task
      else delete next[task.id]
    }
    this.#tasks = next
  }

  /** Loads the tasks of a project that is looked at; from then on events keep them true. */
  async open(projectId: string, again = false): Promise<void> {
    const status = this.#projects.get(projectId)
    if (!again && (status === 'ready' || status === 'loading')) return
    if (status !== 'ready') this.#projects.set(projectId, 'loading')
    try {
      const tasks = await listProjectTasks(projectId)
      const there = new Set(tasks.map((task) => task.id))
      this.#tasks = Object.fromEntries(
        Object.entries(this.#tasks).filter(
          // What was told of while the list was on its way stays.
          ([id, task]) => task.projectId !== projectId || there.has(id) || this.#fresh.has(id),
        ),
      )
      this.put(tasks)
      this.#projects.set(projectId, 'ready')
    } catch (error) {
      if (status === 'ready' && isProblem(error) && error.passing) return
      this.#projects.set(projectId, isProblem(error) && error.code === 'offline' ? 'offline' : 'failed')
    }
  }

  /** Tasks that an event made a moment ago. */
  #fresh = new Set<string>()

  async openMine(): Promise<void> {
    this.#mineAsked = true
    if (this.mine !== 'ready') this.mine = 'loading'
    try {
      this.put(await listMyTasks())
      this.mine = 'ready'
    } catch (error) {
      if (this.mine === 'ready') return
      this.mine = isProblem(error) && error.code === 'offline' ? 'offline' : 'failed'
    }
  }

  /** Asks for a task that is named somewhere; all that are named at once are asked for together. */
  want(key: string): void {
    if (this.#asked.has(key) || this.byKey(key)) return
    this.#asked.add(key)
    if (this.#waiting.size === 0) setTimeout(() => void this.#fetchWanted(), 20)
    this.#waiting.add(key)
  }

  async #fetchWanted() {
    const keys = [...this.#waiting]
    this.#waiting.clear()
    for (let at = 0; at < keys.length; at += 100) {
      const some = keys.slice(at, at + 100)
      try {
        this.put(await listTasks(some))
      } catch {
        // Asked for again when it is shown again.
        for (const key of some) this.#asked.delete(key)
      }
    }
  }

  #again() {
    this.#asked.clear()
    this.#fresh.clear()
    for (const projectId of this.#projects.keys()) {
      if (this.hearth.projects[projectId]) void this.open(projectId, true)
      else this.#projects.delete(projectId)
    }
    if (this.#mineAsked) void this.openMine()
    const held = Object.values(this.#tasks).filter((task) => !this.#projects.has(task.projectId))
    this.#tasks = Object.fromEntries(
      Object.entries(this.#tasks).filter(([, task]) => this.#projects.has(task.projectId)),
    )
    for (const task of held) this.want(task.key)
  }

  #hear(event: HubEvent) {
    if (event.name === 'task.ranked') {
      const next: Record<string, Task> = { ...this.#tasks }
      const ranks = new Map(event.data.ranks)
      for (const [id, task] of Object.entries(next)) {
        const rank = task.projectId === event.data.projectId ? ranks.get(task.number) : undefined
        if (rank !== undefined) next[id] = { ...task, rank }
      }
      this.#tasks = next
    } else if (event.name === 'project.left' || event.name === 'project.closed') {
      const { projectId } = event.data
      if (this.hearth.projects[projectId]) return
      this.#projects.delete(projectId)
      this.#tasks = Object.fromEntries(
        Object.entries(this.#tasks).filter(([, task]) => task.projectId !== projectId),
      )
    } else if (event.name.startsWith('task.')) {
      const { task } = event.data as TaskNews
      const held =
        this.#tasks[task.id] ||
        this.#projects.has(task.projectId) ||
        task.assigneeIds.includes(this.hearth.me.id)
      if (!held) return
      if (event.name === 'task.created' || event.name === 'task.restored') this.#fresh.add(task.id)
      this.put([task])
    }
  }

  #guess(id: string, guess: Partial<Task>): () => void {
    this.#guesses = { ...this.#guesses, [id]: { ...this.#guesses[id], ...guess } }
    return () => {
      const { [id]: _done, ...rest } = this.#guesses
      this.#guesses = rest
    }
  }

  /** Shows what is wished at once; what the server says takes its place, also when that is no. */
  async #optimistic(task: Task, guess: Partial<Task>, act: () => Promise<Task>): Promise<Task> {
    const settle = this.#guess(task.id, guess)
    try {
      const answer = await act()
      this.put([answer])
      return answer
    } finally {
      settle()
    }
  }

  async create(projectId: string, task: NewTask): Promise<Task> {
    const made = await createTask(projectId, task)
    this.#fresh.add(made.id)
    this.put([made])
    return made
  }

  move(task: Task, statusId: number, { after, before }: { after?: Task; before?: Task }): Promise<Task> {
    const guess = { statusId, rank: after || before ? rankAfter(after) : '~' }
    return this.#optimistic(task, guess, () =>
      moveTask(task.id, { status: statusId, after: after?.id, before: before?.id }),
    )
  }

  update(task: Task, patch: TaskPatch): Promise<Task> {
    const { addAssigneeIds, removeAssigneeIds, addLabelIds, removeLabelIds, status, ...plain } = patch
    const guess: Partial<Task> = { ...plain }
    if (addAssigneeIds ?? removeAssigneeIds)
      guess.assigneeIds = changed(task.assigneeIds, addAssigneeIds, removeAssigneeIds)
    if (addLabelIds ?? removeLabelIds) guess.labelIds = changed(task.labelIds, addLabelIds, removeLabelIds)
    if (status !== undefined && status !== task.statusId) {
      guess.statusId = status
      guess.rank = rankAfter(undefined)
    }
    return this.#optimistic(task, guess, () => updateTask(task.id, patch))
  }

  /** With its parts, of which each has an event of its own; or they stay. */
  async remove(task: Task, parts = false): Promise<void> {
    this.put([await deleteTask(task.id, parts)])
  }

  /** Moves a task and those of its parts that are still open. */
  async moveAll(task: Task, statusId: number): Promise<void> {
    this.put([await moveTask(task.id, { status: statusId, withParts: true })])
  }

  /** The parts of a task that are still open, as far as they are known here. */
  openParts(task: Task): Task[] {
    const project = this.hearth.projects[task.projectId]
    return this.of(task.projectId).filter((one) => one.parent === task.number && isOpen(project, one))
  }

  async restore(task: Task): Promise<void> {
    this.put([await restoreTask(task.id)])
  }
}

const changed = <T>(list: readonly T[], add: readonly T[] = [], remove: readonly T[] = []): T[] => [
  ...list.filter((one) => !remove.includes(one)),
  ...add.filter((one) => !list.includes(one)),
]
