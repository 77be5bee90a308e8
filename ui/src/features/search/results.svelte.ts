import {
  isProblem,
  search,
  type Found,
  type SearchHit,
  type SearchSort,
  type SearchType,
  type User,
} from '$api'

/** What is asked; the address of the page says the same. */
export interface Question {
  q: string
  type: SearchType
  sort: SearchSort
}

/** What a page has when one comes back to it. */
export interface Kept {
  question: Question
  hits: readonly SearchHit[]
  people: readonly User[]
  before: string | null
  count: number
  many: boolean
  close: boolean
}

const same = (a: Question, b: Question) => a.q === b.q && a.type === b.type && a.sort === b.sort

/** How long to wait before what was just said is asked for again, and how often. */
const AGAIN_MS = 1_200
const MOST_AGAIN = 20

/** The results of one question at a time, in pages. */
export class Results {
  stage = $state<'idle' | 'loading' | 'ready' | 'failed' | 'wrong'>('idle')
  hits = $state.raw<readonly SearchHit[]>([])
  people = $state.raw<readonly User[]>([])
  count = $state(0)
  /** Whether there are more than `count`. */
  many = $state(false)
  close = $state(false)
  state = $state<Found['state']>('current')
  before = $state<string | null>(null)
  more = $state<'idle' | 'loading' | 'failed'>('idle')
  /** The filter that means nothing. */
  wrong = $state('')
  #question: Question = { q: '', type: 'messages', sort: 'newest' }
  #stop = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined
  #again = 0

  /** Asks; what is on screen stays until the answer is there. */
  ask(question: Question): void {
    if (this.stage !== 'idle' && same(question, this.#question) && this.stage !== 'failed') return
    this.#again = 0
    this.#question = question
    void this.load()
  }

  async load(): Promise<void> {
    this.leave()
    if (this.#question.q === '') {
      this.#show([], [], null)
      this.stage = 'idle'
      return
    }
    const mine = (this.#stop = new AbortController())
    if (this.hits.length === 0 && this.people.length === 0) this.stage = 'loading'
    try {
      const { found, before } = await search(this.#question, mine.signal)
      if (mine.signal.aborted) return
      this.#show(this.#listed(found), found.people, before)
      this.count = found.count
      this.many = found.more
      this.close = found.close
      this.state = found.state
      this.stage = 'ready'
      if (found.state !== 'current' && this.#again < MOST_AGAIN) {
        this.#again += 1
        this.#timer = setTimeout(() => void this.load(), AGAIN_MS)
      }
    } catch (error) {
      if (mine.signal.aborted) return
      this.#show([], [], null)
      this.wrong = isProblem(error, 'validation') ? (error.errors[0]?.field ?? '') : ''
      this.stage = this.wrong ? 'wrong' : 'failed'
    }
  }

  async next(): Promise<void> {
    if (this.before === null || this.more === 'loading') return
    // A list that is read on is not put in order anew.
    clearTimeout(this.#timer)
    const mine = this.#stop
    this.more = 'loading'
    try {
      const { found, before } = await search({ ...this.#question, before: this.before }, mine.signal)
      if (mine.signal.aborted) return
      this.hits = [...this.hits, ...this.#listed(found)]
      this.before = before
      this.more = 'idle'
    } catch {
      if (!mine.signal.aborted) this.more = 'failed'
    }
  }

  /** Ends what is under way. */
  leave(): void {
    clearTimeout(this.#timer)
    this.#stop.abort()
    this.more = 'idle'
  }

  keep(): Kept {
    return {
      question: this.#question,
      hits: this.hits,
      people: this.people,
      before: this.before,
      count: this.count,
      many: this.many,
      close: this.close,
    }
  }

  /** Puts back what was there, if it answers the same question. */
  restore(kept: Kept, question: Question): boolean {
    if (!same(kept.question, question) || kept.hits.length + kept.people.length === 0) return false
    this.leave()
    this.#question = question
    this.#show(kept.hits, kept.people, kept.before)
    this.count = kept.count
    this.many = kept.many
    this.close = kept.close
    this.state = 'current'
    this.stage = 'ready'
    return true
  }

  #listed(found: Found): SearchHit[] {
    return this.#question.type === 'files' ? found.files : found.messages
  }

  #show(hits: readonly SearchHit[], people: readonly User[], before: string | null): void {
    this.hits = hits
    this.people = people
    this.before = before
  }
}
