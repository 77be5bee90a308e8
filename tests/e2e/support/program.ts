import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Came {
  headers: IncomingMessage['headers']
  body: string
}

export interface Says {
  status?: number
  json?: unknown
  text?: string
}

/** A program on this computer that Hearth tells, or asks, something. */
export class Program {
  readonly came: Came[] = []
  #server: Server
  #says: Says[] = []

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString()))
      request.on('end', () => {
        this.came.push({ headers: request.headers, body })
        const { status = 200, json, text = '' } = this.#says.shift() ?? {}
        response.writeHead(status, { 'content-type': json ? 'application/json' : 'text/plain' })
        response.end(json ? JSON.stringify(json) : text)
      })
    })
  }

  static async start(): Promise<Program> {
    const program = new Program()
    await new Promise<void>((resolve) => program.#server.listen(0, '127.0.0.1', resolve))
    return program
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  /** What it answers next, each once; after that it takes everything. */
  says(...answers: Says[]): void {
    this.#says.push(...answers)
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
