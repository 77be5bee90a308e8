import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { Builder, By, error, type WebDriver, type WebElement, until } from 'selenium-webdriver'
import { Api } from '../../e2e/support/api.ts'
import type { Desk } from './desk.ts'

const target = process.env['CARGO_TARGET_DIR'] ?? resolve(import.meta.dirname, '../../../target')
export const PROGRAM = process.env['HEARTH_DESKTOP'] ?? join(target, 'debug/hearth-desktop')
export const HEARTH = process.env['HEARTH_PROGRAM'] ?? join(target, 'debug/hearth')
export const PATIENCE = 15_000

export interface Start {
  /** Goes to the program besides the data directory and the address. */
  parameters?: string[]
  /** Data of an app that ran before. */
  data?: string
  port?: number
  /** Without it, the app chooses where it listens, as for a person. */
  listen?: false
  environment?: Record<string, string>
}

/** The desktop app, driven as WebKitGTK drives it. */
export class App {
  private constructor(
    readonly desk: Desk,
    readonly data: string,
    readonly port: number,
    readonly browser: WebDriver,
    readonly pid: number,
    readonly driver: ChildProcess,
  ) {}

  static async start(desk: Desk, start: Start = {}): Promise<App> {
    const data = start.data ?? join(desk.home, 'data')
    const port = start.port ?? (await freePort())
    const driverPort = await freePort()
    await mkdir(join(desk.home, 'logs'), { recursive: true })
    const driver = desk.run('WebKitWebDriver', [`--port=${driverPort}`], {
      TAURI_WEBVIEW_AUTOMATION: 'true',
      ...start.environment,
    })
    await desk.until(() => answers(`http://127.0.0.1:${driverPort}/status`))
    const listen = start.listen === false ? [] : ['--listen', `127.0.0.1:${port}`]
    const parameters = ['--data', data, ...listen, ...(start.parameters ?? [])]
    const browser = await new Builder()
      .usingServer(`http://127.0.0.1:${driverPort}`)
      .withCapabilities({
        browserName: 'wry',
        'webkitgtk:browserOptions': { binary: PROGRAM, args: parameters },
      })
      .build()
    const pid = await childOf(driver.pid ?? 0, 'hearth-desktop')
    return new App(desk, data, port, browser, pid, driver)
  }

  get api(): Api {
    return new Api(`http://127.0.0.1:${this.port}`)
  }

  /** Turns to the window whose page has this address. */
  async to(address: RegExp): Promise<void> {
    await this.desk.until(async () => {
      for (const handle of await this.browser.getAllWindowHandles()) {
        try {
          await this.browser.switchTo().window(handle)
          if (address.test(await this.browser.getCurrentUrl())) return true
        } catch {
          // It closed while it was looked at.
        }
      }
      return false
    })
  }

  launcher(): Promise<void> {
    return this.to(/^tauri:/)
  }

  hub(): Promise<void> {
    return this.to(new RegExp(`^http://127\\.0\\.0\\.1:${this.port}/`))
  }

  /** The element with this role and name, once it is there. */
  async find(role: 'button' | 'heading' | 'field' | 'text' | 'link', name: string): Promise<WebElement> {
    const words = JSON.stringify(name)
    const path = {
      button: `//button[contains(normalize-space(.), ${words}) or @aria-label=${words}]`,
      heading: `//*[self::h1 or self::h2][contains(normalize-space(.), ${words})]`,
      field: `//*[@id=//label[contains(normalize-space(.), ${words})]/@for]`,
      text: `//*[text()[contains(., ${words})]]`,
      link: `//a[contains(normalize-space(.), ${words})]`,
    }[role]
    const element = await this.browser.wait(
      until.elementLocated(By.xpath(path)),
      PATIENCE,
      `no ${role} ${name}`,
    )
    await this.browser.wait(until.elementIsVisible(element), PATIENCE, `${role} ${name} is not visible`)
    return element
  }

  async press(name: string): Promise<void> {
    try {
      await (await this.find('button', name)).click()
    } catch (failure) {
      // The press closed the window that it was in.
      if (!(failure instanceof error.NoSuchWindowError)) throw failure
    }
  }

  /** Puts words into a field in place of what is there. */
  async fill(name: string, text: string): Promise<void> {
    const field = await this.find('field', name)
    await field.clear()
    await field.sendKeys(text)
  }

  async answersHealth(): Promise<boolean> {
    return answers(`http://127.0.0.1:${this.port}/api/v1/health`)
  }

  isRunning(): boolean {
    try {
      process.kill(this.pid, 0)
      return true
    } catch {
      return false
    }
  }

  /** What the program's environment says. */
  async environment(): Promise<string[]> {
    return (await readFile(`/proc/${this.pid}/environ`, 'utf8')).split('\0')
  }

  async ended(ms = 10_000): Promise<void> {
    await this.desk.until(async () => !this.isRunning(), ms)
  }

  /** The log of the data directory. */
  async log(): Promise<string> {
    const folder = join(this.data, 'logs')
    const files = await readdir(folder).catch(() => [])
    return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('')
  }

  /** Ends what is left of it. */
  async end(): Promise<void> {
    if (this.isRunning()) {
      process.kill(this.pid, 'SIGTERM')
      await this.ended()
    }
    if (this.driver.exitCode === null && this.driver.signalCode === null) {
      const ended = once(this.driver, 'exit')
      this.driver.kill('SIGTERM')
      await ended
    }
  }
}

export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (!address || typeof address === 'string') throw new Error('no free port')
  return address.port
}

async function childOf(parent: number, name: string): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '')
    // The kernel keeps fifteen letters of a name.
    if (status.includes(`Name:\t${name.slice(0, 15)}\n`) && status.includes(`PPid:\t${parent}\n`))
      return Number(entry)
  }
  throw new Error(`${name} is not running`)
}
