import {
  createComment,
  deleteComment,
  describeTask,
  getTask,
  isProblem,
  listActivity,
  listComments,
  setWatch,
  updateComment,
  type Check,
  type Description,
  type Task,
  type TaskActivity,
  type TaskComment,
  type TaskRelation,
  type Watch,
} from '$api'
import type { Hearth, HubEvent, TaskNews } from '$features/hub'
import { Book } from '$features/tasks'
import { untrack } from 'svelte'

type Status = 'loading' | 'ready' | 'offline' | 'missing' | 'failed'

/** One task with everything that its page shows, kept true while the page is open. */
export class Detail {
  readonly book: Book
  readonly key: string
  status = $state<Status>('loading')
  #id = $state('')
  description = $state('')
  descriptionVersion = $state(0)
  checklist = $state.raw<readonly Check[]>([])
  relations = $state.raw<readonly TaskRelation[]>([])
  #subtasks = $state.raw<readonly Task[]>([])
  #whole = $state.raw<Task | null>(null)
  watcherIds = $state.raw<readonly string[]>([])
  #muted = $state(false)
  #hearth: Hearth
  comments = $state.raw<readonly TaskComment[]>([])
  activity = $state.raw<readonly TaskActivity[]>([])

  constructor(hearth: Hearth, key: string) {
    this.book = Book.of(hearth)
    this.key = key
    this.#hearth = hearth
    $effect(() => {
      void hearth.epoch
      untrack(() => void this.load())
    })
    $effect(() => hearth.listen((event) => this.#hear(event)))
  }

  /** Nothing once it was deleted. */
  readonly task: Task | undefined = $derived.by(() => this.book.get(this.#id))

  readonly subtasks: readonly Task[] = $derived.by(() => {
    const { task } = this
    if (!task) return []
    const known = new Map(this.#subtasks.map((one) => [one.id, one]))
    for (const one of this.book.of(task.projectId)) {
      if (one.parent === task.number) known.set(one.id, one)
      else known.delete(one.id)
    }
    return [...known.values()].sort((a, b) => a.number - b.number)
  })

  /** What it is a part of, as it is now. */
  readonly whole: Task | null = $derived.by(() => {
    const whole = this.#whole
    if (!whole || this.task?.parent !== whole.number) return null
    return this.book.get(whole.id) ?? null
  })

  readonly watch: Watch = $derived.by(() =>
    this.#muted ? 'muted' : this.watcherIds.includes(this.#hearth.me.id) ? 'watching' : 'off',
  )

  async load(): Promise<void> {
    try {
      const [detail, comments, activity] = await Promise.all([
        getTask(this.key),
        listComments(this.key),
        listActivity(this.key),
      ])
      this.book.put([detail.task, ...detail.subtasks, ...(detail.whole ? [detail.whole] : [])])
      this.#id = detail.task.id
      this.description = detail.description
      this.descriptionVersion = detail.descriptionVersion
      this.checklist = detail.checklist
      this.relations = detail.relations
      this.#subtasks = detail.subtasks
      this.#whole = detail.whole
      this.watcherIds = detail.watcherIds
      this.#muted = detail.watch === 'muted'
      this.comments = comments.entries
      this.activity = activity.entries
      this.status = 'ready'
    } catch (error) {
      if (this.status === 'ready' && isProblem(error) && error.passing) return
      this.status = !isProblem(error)
        ? 'failed'
        : error.code === 'offline'
          ? 'offline'
          : error.status === 404
            ? 'missing'
            : 'failed'
    }
  }

  #hear(event: HubEvent) {
    if (event.name === 'watch.updated' && event.data.taskId === this.#id)
      this.#muted = event.data.watch === 'muted'
    if (!event.name.startsWith('task.') || event.name === 'task.ranked') return
    const news = event.data as TaskNews
    if (news.task.id !== this.#id) {
      // The book holds only what is mine, and projects that are open.
      const { task } = this
      if (task && news.task.projectId === task.projectId && news.task.parent === task.number)
        this.book.put([news.task])
      return
    }
    const known = this.activity.at(-1)?.number ?? 0
    this.activity = [...this.activity, ...news.activity.filter((act) => act.number > known)]
    if (news.description !== undefined && (news.descriptionVersion ?? 0) > this.descriptionVersion)
      this.described({ description: news.description, descriptionVersion: news.descriptionVersion ?? 0 })
    if (news.checklist) this.checklist = news.checklist
    if (news.watcherIds) this.watcherIds = news.watcherIds
    // What it came to be a part of may not be known here.
    if (news.task.parent !== (this.#whole?.number ?? null)) void this.load()
    if (news.comment) this.#said(news.comment)
    // The other task may be one that only some may see, so it is asked for.
    if (event.name === 'task.related') void this.load()
  }

  #said(comment: TaskComment) {
    const others = this.comments.filter((one) => one.number !== comment.number)
    this.comments = [...others, comment].sort((a, b) => a.number - b.number)
  }

  described({ description, descriptionVersion }: Description): void {
    this.description = description
    this.descriptionVersion = descriptionVersion
  }

  /** Fails with `version_mismatch` where somebody wrote another meanwhile. */
  async describe(text: string, version: number): Promise<void> {
    this.described(await describeTask(this.#id, text, version))
  }

  async setWatch(watch: Watch): Promise<void> {
    await setWatch(this.#id, watch)
    const others = this.watcherIds.filter((id) => id !== this.#hearth.me.id)
    this.watcherIds = watch === 'watching' ? [...others, this.#hearth.me.id] : others
    this.#muted = watch === 'muted'
  }

  async say(body: string): Promise<void> {
    this.#said(await createComment(this.#id, body))
  }

  async resay(number: number, body: string): Promise<void> {
    this.#said(await updateComment(this.#id, number, body))
  }

  async unsay(number: number): Promise<void> {
    this.#said(await deleteComment(this.#id, number))
  }
}
