import type { Code } from './generated'

/** Every `code` that the server can answer, and two that only the browser can know. */
export type ProblemCode =
  | Code
  /** The request never reached the server, or its answer never reached us. */
  | 'offline'
  /** An answer that is not a problem document: a proxy, or a server of another version. */
  | 'unknown'

export interface FieldError {
  field: string
  message: string
}

/** Why a call failed. Branch on `code`; the texts are for people and may change. */
export class Problem extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly code: ProblemCode
  readonly title: string
  readonly detail: string
  /** What is wrong with which field, for `validation`. */
  readonly errors: FieldError[]
  /** The entity as it stands now, for `version_mismatch`. */
  readonly current: unknown
  /** Seconds to wait before trying again, where the server said so. */
  readonly retryAfter: number | null
  /** Stands for the password where a sign-in needs a code as well, for `code_needed`. */
  readonly ticket: string | null

  constructor(fields: {
    status: number
    code: ProblemCode
    title?: string
    detail?: string
    errors?: FieldError[]
    current?: unknown
    retryAfter?: number | null
    ticket?: string | null
  }) {
    super(fields.detail || fields.title || fields.code)
    this.name = 'Problem'
    this.status = fields.status
    this.code = fields.code
    this.title = fields.title ?? ''
    this.detail = fields.detail ?? ''
    this.errors = fields.errors ?? []
    this.current = fields.current
    this.retryAfter = fields.retryAfter ?? null
    this.ticket = fields.ticket ?? null
  }

  /** Whether the same call may well succeed later without anybody changing anything. */
  get passing(): boolean {
    return (
      this.code === 'offline' || this.code === 'rate_limited' || this.code === 'busy' || this.status >= 502
    )
  }

  /** What is wrong with one field, if anything. */
  field(name: string): string | undefined {
    return this.errors.find((error) => error.field === name)?.message
  }
}

export function isProblem(error: unknown, code?: ProblemCode): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code)
}

/** Reads whatever a failed call brought back. `body` is the parsed answer, if it was JSON. */
export function toProblem(body: unknown, response: Response | undefined): Problem {
  if (!response) return new Problem({ status: 0, code: 'offline' })
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10)
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  return new Problem({
    status: response.status,
    code: typeof fields.code === 'string' ? (fields.code as ProblemCode) : 'unknown',
    title: typeof fields.title === 'string' ? fields.title : response.statusText,
    detail: typeof fields.detail === 'string' ? fields.detail : '',
    errors: Array.isArray(fields.errors) ? (fields.errors as FieldError[]) : [],
    current: fields.current,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : null,
    ticket: typeof fields.ticket === 'string' ? fields.ticket : null,
  })
}
