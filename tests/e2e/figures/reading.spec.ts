import { expect, test, type Page } from '@playwright/test'
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { Api } from '../support/api.ts'
import { Hearth } from '../support/hearth.ts'
import { closeBrowsers, history, signedIn } from '../support/screens.ts'
import { foundTeam, makeChannel, say, type Channel, type Person } from '../support/team.ts'

const LOAD = process.env['HEARTH_LOAD'] ?? ''
/** How long the history is. The figures must not depend on it. */
const SIZES = (process.env['HEARTH_FIGURES_SIZES'] ?? '10000,100000,1000000').split(',').map(Number)
const CHANNELS = 200
const ROUNDS = 12
/** What every figure stays below, in milliseconds, at its median. */
const AIM_MS = 100
/** What no task may take while somebody scrolls. */
const LONG_TASK_MS = 50

/** All in milliseconds. */
interface Figures {
  messages: number
  reload: number[]
  switchChannel: number[]
  open: number[]
  jumpToMiddle: number[]
  searchRare: number[]
  searchCommon: number[]
  scrolling: { longTasks: number[]; frames: number; slowFrames: number; worstFrame: number; messages: number }
}

test('a long history is drawn as fast as a short one', async ({ browser }) => {
  const hearth = await Hearth.start()
  try {
    const founder = await foundTeam(hearth)
    const token = await tokenOf(founder)
    const ann = { ...founder, api: new Api(hearth.url(), token) }
    const long = await makeChannel(ann, 'long')
    for (let number = 1; number < CHANNELS; number++) {
      const channel = await makeChannel(ann, `room-${number}`)
      for (const line of ['The glaze came out well.', 'Who has the key?', `Last words of room-${number}.`])
        await say(ann, channel, line)
    }
    const all: Figures[] = []
    let held = 0
    for (const size of SIZES) {
      await fill(hearth, token, long, size - held)
      held = size
      // Read to its end, so that it opens there.
      await ann.api.put(`/channels/${long.id}/read`, { number: size })
      const page = await signedIn(browser, hearth, ann, '/chat/room-1')
      await expect(history(page).getByText('Last words of room-1.')).toBeVisible()
      await found(page, 'zqaax')
      const figures = await measure(page, size)
      all.push(figures)
      console.log(line(figures))
      await closeBrowsers()
    }
    await mkdir(resolve('test-results'), { recursive: true })
    await writeFile(resolve('test-results/reading.json'), JSON.stringify(all, null, 2))
    for (const figures of all) {
      for (const name of ['switchChannel', 'open', 'jumpToMiddle', 'searchRare', 'searchCommon'] as const)
        expect.soft(median(figures[name]), `${name} among ${figures.messages} messages`).toBeLessThan(AIM_MS)
      expect.soft(figures.scrolling.longTasks, 'long tasks while scrolling').toEqual([])
    }
  } finally {
    await hearth.remove()
  }
})

async function measure(page: Page, size: number): Promise<Figures> {
  const figures: Figures = {
    messages: size,
    reload: [],
    switchChannel: [],
    open: [],
    jumpToMiddle: [],
    searchRare: [],
    searchCommon: [],
    scrolling: await scroll(page, size),
  }
  for (let round = 1; round <= ROUNDS; round++) {
    const room = `room-${round * 7}`
    figures.switchChannel.push(await follow(page, `/chat/${room}`, `Last words of ${room}.`))
    figures.open.push(await follow(page, '/chat/long', `time[href$="/m/${size}"]`))
    const middle = Math.floor(size / 2) + round * 101
    figures.jumpToMiddle.push(await follow(page, `/chat/long/m/${middle}`, `time[href$="/m/${middle}"]`))
    figures.searchRare.push(await found(page, `zqa${String.fromCharCode(97 + round)}x`))
    figures.searchCommon.push(await found(page, `brackets ${['sanded', 'stands', 'short'][round % 3]}`))
    await page.goto('/chat/long')
    figures.reload.push(await page.evaluate(drawnSinceTheStart))
  }
  return figures
}

/**
 * Clicks a link to a path and waits until what is looked for has been drawn: a text in the conversation, or, as
 * `time[…]`, the time of a message.
 */
async function follow(page: Page, path: string, wanted: string): Promise<number> {
  return page.evaluate(
    async ([path, wanted]) => {
      const there = () => {
        const feed = document.querySelector('[role=feed]')
        if (!feed) return false
        if (wanted.startsWith('time')) return feed.querySelector(wanted.replace('time', 'a.time')) !== null
        return feed.textContent?.includes(wanted) ?? false
      }
      const link = document.createElement('a')
      link.href = path
      document.body.append(link)
      const start = performance.now()
      link.click()
      while (!there()) {
        if (performance.now() - start > 15_000) throw new Error(`${path} does not show ${wanted}`)
        await new Promise(requestAnimationFrame)
      }
      // The frame that holds it has been drawn when a task runs after it.
      await new Promise(requestAnimationFrame)
      await new Promise((resolve) => setTimeout(resolve))
      link.remove()
      return performance.now() - start
    },
    [path, wanted] as const,
  )
}

/** From opening the address to the first message drawn. */
async function drawnSinceTheStart(): Promise<number> {
  while (!document.querySelector('[role=feed] a.time')) await new Promise(requestAnimationFrame)
  await new Promise(requestAnimationFrame)
  await new Promise((resolve) => setTimeout(resolve))
  return performance.now()
}

/** From asking for words to their results drawn, marked as found. */
async function found(page: Page, words: string): Promise<number> {
  await follow(page, '/chat/room-1', 'Last words of room-1.')
  await page.keyboard.press('/')
  const field = page.getByRole('searchbox')
  await expect(field).toBeFocused()
  await field.evaluate((input: HTMLInputElement, words) => {
    input.value = words
    // Without the pause that typing waits for.
    input.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }, words)
  const time = await page.evaluate(async () => {
    const start = performance.now()
    document.querySelector<HTMLFormElement>('form[role=search]')?.requestSubmit()
    while (!document.querySelector('main article mark')) {
      if (performance.now() - start > 15_000) throw new Error('nothing is found')
      await new Promise(requestAnimationFrame)
    }
    await new Promise(requestAnimationFrame)
    await new Promise((resolve) => setTimeout(resolve))
    return performance.now() - start
  })
  await page.goBack()
  return time
}

/** Turns the wheel upwards for ten seconds, as fast as a hand does. */
async function scroll(page: Page, size: number): Promise<Figures['scrolling']> {
  await follow(page, '/chat/long', `time[href$="/m/${size}"]`)
  await history(page).hover()
  await page.waitForTimeout(1_000)
  await page.evaluate(() => {
    const seen = { longTasks: [] as number[], frames: [] as number[], on: true, last: performance.now() }
    Object.assign(globalThis, { seen })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longTasks.push(Math.round(duration))
    }).observe({ type: 'longtask' })
    const frame = (now: number) => {
      seen.frames.push(now - seen.last)
      seen.last = now
      if (seen.on) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  const end = Date.now() + 10_000
  while (Date.now() < end) {
    await page.mouse.wheel(0, -300)
    await page.waitForTimeout(25)
  }
  return page.evaluate(
    ([size, slow]) => {
      const { seen } = globalThis as unknown as {
        seen: { longTasks: number[]; frames: number[]; on: boolean }
      }
      seen.on = false
      const first = document.querySelector<HTMLAnchorElement>('[role=feed] a.time')?.href ?? ''
      const frames = seen.frames.slice(1)
      return {
        longTasks: seen.longTasks,
        frames: frames.length,
        slowFrames: frames.filter((ms) => ms > slow).length,
        worstFrame: Math.round(Math.max(...frames)),
        messages: size - Number(/\d+$/.exec(first)?.[0] ?? size),
      }
    },
    [size, LONG_TASK_MS] as const,
  )
}

async function fill(hearth: Hearth, token: string, channel: Channel, messages: number): Promise<void> {
  const address = `127.0.0.1:${hearth.port}`
  const options = ['--address', address, '--token', token, '--channel', channel.id]
  await promisify(execFile)(LOAD, ['fill', ...options, '--messages', String(messages)])
}

/** A token that outlives the filling. */
async function tokenOf(person: Person): Promise<string> {
  const wanted = { name: 'figures', scopes: ['read', 'write'] }
  return (await person.api.post<{ token: string }>('/tokens', wanted)).token
}

function line(figures: Figures): string {
  const { messages, scrolling, ...times } = figures
  const columns = Object.entries(times).map(
    ([name, all]) =>
      `${name} ${Math.round(median(all as number[]))} (worst ${Math.round(Math.max(...(all as number[])))})`,
  )
  const { longTasks, frames, slowFrames, worstFrame } = scrolling
  return (
    `${messages}: ${columns.join(', ')} ms; scrolled ${scrolling.messages} messages: ${longTasks.length} long tasks` +
    ` [${longTasks.join(' ')}], ${slowFrames} of ${frames} frames above ${LONG_TASK_MS} ms, worst ${worstFrame} ms`
  )
}

function median(numbers: number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? NaN
}
