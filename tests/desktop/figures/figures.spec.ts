import { expect, test } from '@playwright/test'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { answers, freePort, HEARTH, PROGRAM } from '../support/app.ts'
import { Desk } from '../support/desk.ts'
import { Panel } from '../support/panel.ts'
import { channels, foundTeam, type Person } from '../support/people.ts'

const EMPTY = process.env['HEARTH_EMPTY_WINDOW'] ?? ''
const ROUNDS = 5
const MESSAGES = Number(process.env['HEARTH_FIGURES_MESSAGES'] ?? 100_000)
const MARK = '.config/team.hearth.desktop/drawing'

let desk: Desk

test.beforeAll(async () => {
  desk = await Desk.set()
})
test.afterAll(() => desk.clear())

test('the desktop app is there at once and small, beside an empty window of the same kind', async () => {
  const data = join(desk.home, 'team')
  const port = await freePort()
  await fill(data, port)
  const panel = await Panel.at(desk, { icons: true })

  const empty: number[] = []
  const launcher: number[] = []
  const chat: number[] = []
  let emptyMemory: Memory | undefined
  // The first round of each only warms the disk's cache. They take turns, so that a busy moment hits all of them.
  for (let round = 0; round <= ROUNDS; round++) {
    const times = [await timeEmpty(), await timeLauncher(), await timeChat(data, port)]
    emptyMemory = times[0]?.memory
    if (round === 0) continue
    empty.push(times[0]?.ms ?? NaN)
    launcher.push(times[1]?.ms ?? NaN)
    chat.push(times[2]?.ms ?? NaN)
  }

  const idle = await idleMemory(data, port, panel)
  panel.leave()
  const figures = {
    emptyWindowMs: median(empty),
    launcherMs: median(launcher),
    chatMs: median(chat),
    messages: MESSAGES,
    rounds: { empty, launcher, chat },
    memoryMB: { emptyWindow: emptyMemory, ...idle },
  }
  await mkdir(join(process.cwd(), 'test-results'), { recursive: true })
  await writeFile(join(process.cwd(), 'test-results', 'figures.json'), JSON.stringify(figures, null, 2))
  console.log(JSON.stringify(figures, null, 2))
  expect(figures.launcherMs, 'start to launcher').toBeLessThan(1_500)
  expect(figures.chatMs, `start to chat with ${MESSAGES} messages`).toBeLessThan(3_000)
  expect(idle.background.total, 'memory in the background').toBeLessThan(250)
})

interface Timed {
  ms: number
  memory?: Memory
}

async function timeEmpty(): Promise<Timed> {
  const start = performance.now()
  const child = desk.run(EMPTY, [])
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream }))
    if (line === 'drawn') break
  const ms = performance.now() - start
  const memory = await memoryOf(child.pid ?? 0)
  await stop(child)
  return { ms, memory }
}

/** Drawn is when the app takes away the mark that it sets until its first page is on the screen. */
async function timeLauncher(): Promise<Timed> {
  const mark = join(desk.home, MARK)
  const start = performance.now()
  const child = desk.run(PROGRAM, ['--data', join(desk.home, 'none')])
  while (!(await exists(mark))) await sleep(2)
  while (await exists(mark)) await sleep(2)
  const ms = performance.now() - start
  await stop(child)
  return { ms }
}

/** There is chat when the window is called after the conversation and there are words in the middle of it. */
async function timeChat(data: string, port: number): Promise<Timed> {
  const start = performance.now()
  const child = desk.run(PROGRAM, ['--data', data, '--listen', `127.0.0.1:${port}`])
  while (![...(await desk.windows()).values()].some((title) => /general/.test(title))) await sleep(10)
  while ((await desk.colours('600x200+500+400')) < 20) await sleep(10)
  const ms = performance.now() - start
  await stop(child)
  return { ms }
}

async function idleMemory(
  data: string,
  port: number,
  panel: Panel,
): Promise<Record<'open' | 'background', Memory>> {
  const icons = panel.icons
  const child = desk.run(PROGRAM, ['--data', data, '--listen', `127.0.0.1:${port}`])
  await desk.until(async () => [...(await desk.windows()).values()].some((title) => /general/.test(title)))
  await desk.until(async () => panel.icons > icons)
  await sleep(5_000)
  const open = await memoryOf(child.pid ?? 0)
  await desk.close(/general/)
  await desk.until(async () => (await desk.windows()).size === 0)
  await sleep(10_000)
  const background = await memoryOf(child.pid ?? 0)
  await stop(child)
  return { open, background }
}

interface Memory {
  /** Proportional set size of all processes, in MB: shared pages are counted once. */
  total: number
  app: number
  /** The web view's own processes. */
  webView: number
}

async function memoryOf(root: number): Promise<Memory> {
  const parents = new Map<number, number>()
  for (const entry of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '')
    parents.set(Number(entry), Number(/PPid:\t(\d+)/.exec(status)?.[1] ?? 0))
  }
  const belongs = (pid: number): boolean =>
    pid === root || (parents.has(pid) && belongs(parents.get(pid) ?? 0))
  const memory: Memory = { total: 0, app: 0, webView: 0 }
  for (const pid of parents.keys()) {
    if (!belongs(pid)) continue
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    const megabytes = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1_024
    memory.total += megabytes
    if (pid === root) memory.app += megabytes
    else memory.webView += megabytes
  }
  return {
    total: Math.round(memory.total),
    app: Math.round(memory.app),
    webView: Math.round(memory.webView),
  }
}

/** A team with a long history, whose owner is signed in at this desk. */
async function fill(data: string, port: number): Promise<void> {
  const base = `http://127.0.0.1:${port}`
  const server = desk.run(HEARTH, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`])
  await desk.until(() => answers(`${base}/api/v1/health`))
  const ann = await foundTeam(base, 'Northlight Studio')
  const [general] = await channels(ann)
  if (!general) throw new Error('there is no channel')
  let sent = 0
  const send = async () => {
    while (sent < MESSAGES) {
      const number = sent++
      await ann.api.post(`/channels/${general.id}/messages`, {
        body: `Message ${number}: the kiln is free until four, somebody please turn the racks.`,
        clientKey: crypto.randomUUID(),
      })
    }
  }
  await Promise.all(Array.from({ length: 32 }, send))
  await stop(server)
  await signInAtThisDesk(data, port, ann)
}

/** The app is opened once and signed in, so that its window keeps the session as it would for a person. */
async function signInAtThisDesk(data: string, port: number, ann: Person): Promise<void> {
  const child = desk.run(PROGRAM, ['--data', data, '--listen', `127.0.0.1:${port}`])
  await desk.until(async () => [...(await desk.windows()).values()].some((title) => /Sign in/.test(title)))
  await sleep(1_000)
  await desk.type(ann.username)
  await desk.key('Tab')
  await desk.type(ann.password)
  await desk.key('Return')
  await desk.until(async () => [...(await desk.windows()).values()].some((title) => /general/.test(title)))
  await stop(child)
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  )

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? NaN)
}
