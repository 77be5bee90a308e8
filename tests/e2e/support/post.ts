import { once } from 'node:events'
import { type Socket, createServer } from 'node:net'

/** A mail server of the test's own, which takes everything but what is for `nobody@…`. */
export class Post {
  readonly mails: string[] = []

  private constructor(
    readonly port: number,
    readonly end: () => void,
  ) {}

  static async open(): Promise<Post> {
    const clients = new Set<Socket>()
    const server = createServer((client) => {
      clients.add(client)
      client.on('close', () => clients.delete(client))
      client.on('error', () => client.destroy())
      talk(client, post)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (!address || typeof address === 'string') throw new Error('the mail server has no port')
    const post = new Post(address.port, () => {
      server.close()
      for (const client of clients) client.destroy()
    })
    return post
  }
}

function talk(client: Socket, post: Post): void {
  let waiting = ''
  let mail: string[] | null = null
  const say = (line: string) => client.write(`${line}\r\n`)
  say('220 post.test ESMTP')
  client.setEncoding('utf8').on('data', (part: string) => {
    waiting += part
    const lines = waiting.split('\r\n')
    waiting = lines.pop() ?? ''
    for (const line of lines) {
      if (mail) {
        if (line !== '.') mail.push(line)
        else {
          post.mails.push(mail.join('\n'))
          mail = null
          say('250 2.0.0 queued as T1')
        }
      } else if (/^EHLO/i.test(line)) say('250-post.test\r\n250 8BITMIME')
      else if (/^RCPT TO:<nobody@/i.test(line)) say('550 5.1.1 no such mailbox')
      else if (/^DATA/i.test(line)) {
        mail = []
        say('354 go on')
      } else if (/^QUIT/i.test(line)) client.end('221 bye\r\n')
      else say('250 ok')
    }
  })
}
