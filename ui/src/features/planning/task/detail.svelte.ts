import {
  createComment,
  deleteComment,
  describeTask,
  getTask,
  isProblem,
  listActivity,
  listComments,
  updateComment,
  type Check,
  type Description,
  type Task,
  type TaskActivity,
  type TaskComment,
  type TaskRelation,
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
  comments = $state.raw<readonly TaskComment[]>([])
  activity = $state.raw<readonly TaskActivity[]>([])

  constructor(hearth: Hearth, key: string) {
    this.book = Book.of(hearth)
    this.key = key
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

  async load(): Promise<void> {
    try {
      const [detail, comments, activity] = await Promise.all([
        getTask(this.key),
        listComments(this.key),
        listActivity(this.key),
      ])
      this.book.put([detail.task, ...detail.subtasks])
      this.#id = detail.task.id
      this.description = detail.description
      this.descriptionVersion = detail.descriptionVersion
      this.checklist = detail.checklist
      this.relations = detail.relations
      this.#subtasks = detail.subtasks
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
    if (!event.name.startsWith('task.') || event.name === 'task.ranked') return
    const news = event.data as TaskNews
    if (news.task.id !== this.#id) return
    const known = this.activity.at(-1)?.number ?? 0
    this.activity = [...this.activity, ...news.activity.filter((act) => act.number > known)]
    if (news.description !== undefined && (news.descriptionVersion ?? 0) > this.descriptionVersion)
      this.described({ description: news.description, descriptionVersion: news.descriptionVersion ?? 0 })
    if (news.checklist) this.checklist = news.checklist
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
