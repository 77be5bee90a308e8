/** The server's own API, as a script would use it: for setting a scene, not for what a test is about. */
export class Api {
  constructor(
    readonly base: string,
    readonly token?: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.#call('GET', path)
  }
  post<T>(path: string, body: unknown): Promise<T> {
    return this.#call('POST', path, body)
  }
  put<T>(path: string, body: unknown): Promise<T> {
    return this.#call('PUT', path, body)
  }
  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call('PATCH', path, body)
  }
  delete<T>(path: string): Promise<T> {
    return this.#call('DELETE', path)
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = {}
    if (this.token) headers['authorization'] = `Bearer ${this.token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    const answer = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return (text ? JSON.parse(text) : undefined) as T
  }
}

/** What most answers are wrapped in. */
export interface Data<T> {
  data: T
}
