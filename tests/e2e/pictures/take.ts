import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'

const folder = resolve(import.meta.dirname, '../../../assets/screenshots')
const run = promisify(execFile)

/** A picture of what is on the screen once it is at rest. */
export async function take(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => {})
  await page.evaluate(() => document.fonts.ready)
  // Motion takes at most 180 ms; skeletons and tooltips have had their time as well.
  await page.waitForTimeout(700)
  const path = resolve(folder, `${name}.png`)
  await page.screenshot({ path, caret: 'hide' })
  await shrink(path)
}

/** A screen has few colours: a palette of them takes a third of the room and looks the same. */
async function shrink(path: string): Promise<void> {
  try {
    await run('pngquant', ['--force', '--ext', '.png', '--quality', '80-98', '--strip', path])
  } catch (error) {
    // 99: this one would look worse, and stays as it is.
    if ((error as { code?: unknown }).code !== 99) throw error
  }
}
