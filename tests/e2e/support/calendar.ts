import { type Locator, type Page, expect } from '@playwright/test'
import { AxeBuilder } from '@axe-core/playwright'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** A day of the calendar, as `2026-11-24`. */
export function day(page: Page, date: string): Locator {
  const [year, month, number] = date.split('-').map(Number)
  const name = new RegExp(`\\b${number} ${MONTHS[month! - 1]} ${year}`)
  return page.getByRole('group', { name })
}

/** A task's bar, in a calendar or a day of it. */
export const bar = (within: Page | Locator, title: string): Locator =>
  within.getByRole('link', { name: new RegExp(`-\\d+ ${title},`) })

/** Takes hold of something, carries it to a place, and lets go. */
export async function carry(
  page: Page,
  from: Locator,
  to: Locator,
  at?: { x: number; y: number },
): Promise<void> {
  const begin = (await from.boundingBox())!
  const end = (await to.boundingBox())!
  await page.mouse.move(begin.x + Math.min(20, begin.width / 2), begin.y + begin.height / 2)
  await page.mouse.down()
  const x = end.x + (at?.x ?? end.width / 2)
  const y = end.y + (at?.y ?? end.height / 2)
  await page.mouse.move(begin.x + Math.min(40, begin.width), begin.y + begin.height / 2 + 4, { steps: 3 })
  await page.mouse.move(x, y, { steps: 8 })
  await page.mouse.up()
}

export async function expectNothingFound(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))),
  )
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html) }))).toEqual([])
}
