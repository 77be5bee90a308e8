import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** A person's desk: a virtual screen with a window manager, a session bus, and a home of its own. */
export class Desk {
  #processes: ChildProcess[] = []

  private constructor(
    readonly home: string,
    readonly display: string,
    readonly bus: string,
  ) {}

  static async set(): Promise<Desk> {
    const home = await mkdtemp(join(tmpdir(), 'hearth-desk-'))
    const started: ChildProcess[] = []
    const screen = spawn(
      'Xvfb',
      ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp', '-noreset'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
    )
    started.push(screen)
    const number = await firstLine(screen.stdio[3] as NodeJS.ReadableStream)
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      // What the bus starts belongs to this desk too.
      env: { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: home, DISPLAY: `:${number}` },
    })
    started.push(bus)
    const desk = new Desk(home, `:${number}`, await firstLine(bus.stdout as NodeJS.ReadableStream))
    desk.#processes = started
    // Closing a window is asked of its program by a window manager.
    desk.#processes.push(spawn('openbox', ['--sm-disable'], { env: desk.environment(), stdio: 'ignore' }))
    await desk.until(async () => (await desk.#x('xprop', '-root', '_NET_SUPPORTING_WM_CHECK')).includes('0x'))
    return desk
  }

  /** The environment of programs at this desk. */
  environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      HOME: this.home,
      XDG_RUNTIME_DIR: this.home,
      DISPLAY: this.display,
      DBUS_SESSION_BUS_ADDRESS: this.bus,
      GDK_BACKEND: 'x11',
      GTK_A11Y: 'none',
      NO_AT_BRIDGE: '1',
      // A virtual screen has no graphics card to ask.
      LIBGL_ALWAYS_SOFTWARE: '1',
      // Tests sign in more often in a second than people do in a day.
      HEARTH_LIMIT_SIGN_IN: '0',
      HEARTH_LIMIT_REGISTER: '0',
      HEARTH_LIMIT_MESSAGES: '0',
      ...more,
    }
  }

  /** Runs a small X program and gives what it says; nothing when it fails. */
  async #x(program: string, ...parameters: string[]): Promise<string> {
    try {
      return (await execute(program, parameters, { env: this.environment() })).stdout
    } catch {
      return ''
    }
  }

  /** The titles of the windows on the screen, by their id. */
  async windows(): Promise<Map<string, string>> {
    const list = await this.#x('wmctrl', '-l')
    const lines = list.split('\n').filter(Boolean)
    return new Map(lines.map((line) => [line.split(' ')[0] ?? '', line.replace(/^\S+\s+\S+\s+\S+\s*/, '')]))
  }

  /** Presses a window's close button. */
  async close(title: RegExp): Promise<void> {
    const id = await this.#window(title)
    await this.#x('wmctrl', '-i', '-c', id)
  }

  /** Where a window is on the screen, as ImageMagick names areas. */
  async area(title: RegExp): Promise<string> {
    const about = await this.#x('xwininfo', '-id', await this.#window(title))
    const number = (name: string) => new RegExp(`${name}:\\s+(-?\\d+)`).exec(about)?.[1] ?? '0'
    return `${number('Width')}x${number('Height')}+${number('Absolute upper-left X')}+${number('Absolute upper-left Y')}`
  }

  /** Puts a window somewhere and makes it so large. */
  async place(title: RegExp, [x, y, width, height]: [number, number, number, number]): Promise<void> {
    await this.#x('wmctrl', '-i', '-r', await this.#window(title), '-e', `0,${x},${y},${width},${height}`)
  }

  /** Waits until nothing moves on the screen any more. */
  async settled(): Promise<void> {
    const look = async () => {
      const { stdout } = await execute('sh', ['-c', 'import -window root miff:- | sha256sum'], {
        env: this.environment(),
      })
      return stdout
    }
    let last = ''
    await this.until(async () => {
      const now = await look()
      const same = now === last
      last = now
      if (!same) await sleep(300)
      return same
    })
  }

  /** Whether some program answers to this name on the bus. */
  async hasName(name: string): Promise<boolean> {
    const call = ['--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner']
    const answer = await this.#x('dbus-send', `--bus=${this.bus}`, ...call, `string:${name}`)
    return answer.includes('boolean true')
  }

  /** Whether a window waits in the task bar. */
  async isMinimised(title: RegExp): Promise<boolean> {
    return (await this.#x('xprop', '-id', await this.#window(title), 'WM_STATE')).includes('Iconic')
  }

  /** The title of the window that has the keyboard. */
  async active(): Promise<string> {
    const id = /0x[0-9a-f]+/.exec(await this.#x('xprop', '-root', '_NET_ACTIVE_WINDOW'))?.[0]
    if (!id || id === '0x0') return ''
    const name = await this.#x('xprop', '-id', id, '_NET_WM_NAME')
    return /= "(.*)"/.exec(name)?.[1] ?? ''
  }

  /** Presses keys, one after another. */
  async key(...names: string[]): Promise<void> {
    await this.#x('xdotool', 'key', '--delay', '150', ...names)
  }

  /** Puts the mouse somewhere. */
  async point(x: number, y: number): Promise<void> {
    await this.#x('xdotool', 'mousemove', String(x), String(y))
  }

  async click(x: number, y: number): Promise<void> {
    await this.#x('xdotool', 'mousemove', String(x), String(y), 'click', '1')
  }

  async type(text: string): Promise<void> {
    await this.#x('xdotool', 'type', '--delay', '20', text)
  }

  async #window(title: RegExp): Promise<string> {
    const found = [...(await this.windows())].find(([, name]) => title.test(name))
    if (!found)
      throw new Error(`no window ${title} among: ${[...(await this.windows()).values()].join(', ')}`)
    return found[0]
  }

  /** A picture of the whole screen. */
  async picture(file: string, area?: string): Promise<void> {
    await execute('import', ['-window', 'root', ...(area ? ['-crop', area, '+repage'] : []), file], {
      env: this.environment(),
    })
  }

  /** How many colours there are in a part of the screen: an empty one has few, words have many. */
  async colours(area: string): Promise<number> {
    const command = `import -window root -crop ${area} +repage miff:- | identify -format %k -`
    return Number((await execute('sh', ['-c', command], { env: this.environment() })).stdout)
  }

  /** A program that ends with the desk. */
  run(program: string, parameters: string[], more: Record<string, string> = {}): ChildProcess {
    const child = spawn(program, parameters, {
      env: this.environment(more),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#processes.push(child)
    return child
  }

  async until(true_: () => Promise<boolean>, ms = 15_000): Promise<void> {
    const deadline = Date.now() + ms
    while (!(await true_())) {
      if (Date.now() > deadline) throw new Error(`still not so after ${ms} ms: ${true_}`)
      await sleep(30)
    }
  }

  async clear(): Promise<void> {
    for (const child of this.#processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 6_000)
      await ended
      clearTimeout(late)
    }
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line
  throw new Error('the program ended without a word')
}
