import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const target = process.env['CARGO_TARGET_DIR'] ?? resolve(import.meta.dirname, '../../../target')
const program = process.env['HEARTH_PROGRAM'] ?? join(target, 'debug/hearth')

export interface Starting {
  /**
   * As people start it, without an address: at home on this computer, and on the network once somebody lets teammates in.
   * Its network is this computer as well, so that nothing leaves it.
   */
  atHome?: boolean
  /** More settings, as variables of the environment. */
  env?: Record<string, string>
}

/** The real program on a data directory of its own. It can be killed and started again on the same data and port. */
export class Hearth {
  #process: ChildProcess | undefined

  private constructor(
    readonly folder: string,
    /** At home it chooses its own. */
    public port: number,
    readonly starting: Starting,
  ) {}

  /** A server that nobody has set up yet. */
  static async start(starting: Starting = {}): Promise<Hearth> {
    if (!existsSync(program)) throw new Error(`there is no ${program}: build it, or set HEARTH_PROGRAM`)
    const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-'))
    const hearth = new Hearth(folder, starting.atHome ? 0 : await freePort(), starting)
    await hearth.startAgain()
    return hearth
  }

  /** Where people open it. `localhost` and `127.0.0.1` are two addresses to a browser, with cookies of their own. */
  url(host: 'localhost' | '127.0.0.1' = '127.0.0.1'): string {
    return `http://${host}:${this.port}`
  }

  async startAgain(): Promise<void> {
    const log = await open(join(this.folder, 'log'), 'a')
    const { atHome, env } = this.starting
    const place = atHome ? ['--no-mdns', '--interface', loopback()] : ['--listen', `127.0.0.1:${this.port}`]
    const child = spawn(program, ['serve', ...place, '--data', join(this.folder, 'data')], {
      env: {
        ...process.env,
        ...env,
        HEARTH_LOG: 'warn,hearth_server=info',
        // Tests sign in more often in a second than people do in a day.
        HEARTH_LIMIT_SIGN_IN: '0',
        HEARTH_LIMIT_REGISTER: '0',
        HEARTH_LIMIT_MESSAGES: '0',
      },
      stdio: ['ignore', log.fd, log.fd],
    })
    await log.close()
    this.#process = child
    const deadline = Date.now() + 30_000
    while (!(await this.#answers())) {
      if (child.exitCode !== null) throw new Error(`hearth ended while starting:\n${await this.log()}`)
      if (Date.now() > deadline) throw new Error(`hearth does not answer:\n${await this.log()}`)
      await sleep(20)
    }
  }

  async #answers(): Promise<boolean> {
    try {
      if (this.starting.atHome) this.port = await this.#keptPort()
      return (await fetch(`${this.url()}/api/v1/health`)).ok
    } catch {
      return false
    }
  }

  /** The port that it chose and wrote down. */
  async #keptPort(): Promise<number> {
    const kept = JSON.parse(await readFile(join(this.folder, 'data/network.json'), 'utf8')) as {
      port: number
    }
    return kept.port
  }

  /** Ends the process as a power cut would: without a word. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ends the process politely and removes its data. */
  async remove(): Promise<void> {
    await this.#end('SIGTERM')
    await rm(this.folder, { recursive: true, force: true })
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  async log(): Promise<string> {
    return readFile(join(this.folder, 'log'), 'utf8').catch(() => '')
  }
}

/** The name of the interface that leads to this computer itself. */
function loopback(): string {
  const all = Object.entries(networkInterfaces())
  const found = all.find(([, addresses]) => addresses?.some(({ internal }) => internal))
  if (!found) throw new Error('this computer does not reach itself')
  return found[0]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (!address || typeof address === 'string') throw new Error('no free port')
  return address.port
}
