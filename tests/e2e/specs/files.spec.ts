import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { photo, sample, sendFiles } from '../support/files.ts'
import { composer, history, phone, row, rows, send, signedIn } from '../support/screens.ts'
import { allMessages, makeChannel } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

/** The button of the composer, and what a person chose in the dialog that it opens. */
async function attach(page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]) {
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach files' }).click()
  await (await choosing).setFiles(files)
}

const chips = (page: Page) => page.getByRole('list', { name: 'Files to be sent' })

test('files are attached, sent, seen, looked through and saved', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'pictures', [hub.bob])
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`, { host: 'localhost' })
  await expect(composer(ann)).toBeVisible()
  await attach(
    ann,
    { name: 'kite.png', mimeType: 'image/png', buffer: photo(1200, 800, 40) },
    { name: 'lake.png', mimeType: 'image/png', buffer: photo(600, 900, 200) },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('first line\nsecond line\n') },
  )
  await expect(chips(ann).getByRole('listitem')).toHaveCount(3)
  await chips(ann).getByRole('button', { name: 'Remove lake.png' }).click()
  await expect(chips(ann).getByRole('listitem')).toHaveCount(2)
  await attach(ann, { name: 'hill.png', mimeType: 'image/png', buffer: photo(900, 600, 120) })
  await send(ann, 'Look at these')
  await expect(chips(ann)).toHaveCount(0)

  const message = row(bob, 'Look at these')
  await expect(message.getByRole('button', { name: /^Open picture/ })).toHaveCount(2)
  await message.getByRole('button', { name: 'Open picture kite.png' }).click()
  const lightbox = bob.getByRole('dialog', { name: 'kite.png' })
  await expect(lightbox.getByRole('img', { name: 'kite.png' })).toBeVisible()
  await expect(lightbox).toContainText('1 of 2')
  await bob.keyboard.press('ArrowRight')
  await expect(bob.getByRole('dialog', { name: 'hill.png' })).toContainText('2 of 2')
  const saving = bob.waitForEvent('download')
  await bob.keyboard.press('d')
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('hill.png')
  expect(await readFile(await saved.path())).toEqual(photo(900, 600, 120))
  await bob.keyboard.press('Escape')
  await expect(bob.getByRole('dialog')).toHaveCount(0)

  await message.getByRole('button', { name: 'Look into notes.txt' }).click()
  await expect(bob.getByRole('dialog', { name: 'notes.txt' })).toContainText('second line')
  await bob.keyboard.press('Escape')
})

test('a dropped and a pasted file are attached, and a message may be files alone', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'dropped', [hub.bob])
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`, { host: 'localhost' })
  await expect(composer(ann)).toBeVisible()
  const brought = await ann.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }))
    return transfer
  })
  await history(ann).dispatchEvent('dragenter', { dataTransfer: brought })
  await expect(ann.getByText('Drop files to send them to #dropped')).toBeVisible()
  await history(ann).dispatchEvent('drop', { dataTransfer: brought })
  await expect(ann.getByText(/Drop files/)).toHaveCount(0)
  await expect(chips(ann)).toContainText('dropped.txt')
  const pasted = await ann.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['pasted'], 'pasted.txt', { type: 'text/x-other' }))
    return transfer
  })
  await composer(ann).evaluate((field, data) => {
    const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data })
    field.dispatchEvent(event)
  }, pasted)
  await expect(chips(ann)).toContainText('pasted.txt')
  await ann.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(rows(bob).last()).toContainText('dropped.txt')
  await expect(rows(bob).last()).toContainText('pasted.txt')
})

test('an upload survives a lost connection, a killed server and a reload, and its message arrives once', async ({
  browser,
}) => {
  test.setTimeout(120_000)
  const channel = await makeChannel(hub.ann, 'stubborn-files', [hub.bob])
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/chat/${channel.name}`, { host: 'localhost' })
  await expect(composer(ann)).toBeVisible()
  // The first part breaks off on its way; what the server has of it is gone on with.
  let broken = 0
  await ann.route('**/api/v1/uploads/*', async (route) => {
    if (route.request().method() === 'PATCH' && broken++ < 2) await route.abort('connectionreset')
    else await route.continue()
  })
  await attach(ann, { name: 'one.bin', mimeType: 'application/octet-stream', buffer: sample(3_000_000) })
  await send(ann, 'After a lost connection')
  await expect(row(bob, 'After a lost connection')).toContainText('one.bin', { timeout: 30_000 })
  expect(broken).toBeGreaterThanOrEqual(3)
  await ann.unroute('**/api/v1/uploads/*')

  await hub.hearth.kill()
  await attach(ann, { name: 'two.bin', mimeType: 'application/octet-stream', buffer: sample(2_000_000) })
  await send(ann, 'After a killed server')
  await expect(ann.getByRole('article', { name: 'Message being sent' })).toContainText('two.bin')
  await hub.hearth.startAgain()
  await ann.reload()
  await expect(row(bob, 'After a killed server')).toContainText('two.bin', { timeout: 60_000 })
  await expect(row(ann, 'After a killed server')).toHaveCount(1)
  expect(await allMessages(hub.ann, channel)).toHaveLength(2)
})

test('files are found again by name and kind, and lead to their message', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'found', [hub.bob])
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  await expect(composer(ann)).toBeVisible()
  await attach(
    ann,
    { name: 'Übersicht.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
    { name: 'found.png', mimeType: 'image/png', buffer: photo(300, 200, 80) },
  )
  await send(ann, 'To be found')
  await expect(row(ann, 'To be found')).toBeVisible()
  await ann.getByRole('link', { name: 'Files' }).first().click()
  await expect(ann.getByRole('heading', { name: 'Files' })).toBeVisible()
  await expect(ann.getByRole('link', { name: /^Übersicht.txt/ })).toBeVisible()
  await ann.getByRole('searchbox', { name: 'Search by name' }).fill('uber')
  await expect(ann.getByRole('link', { name: /^found.png/ })).toHaveCount(0)
  await ann.getByRole('link', { name: /^Übersicht.txt/ }).click()
  await expect(ann).toHaveURL(new RegExp(`/chat/${channel.name}/m/1$`))
  await expect(row(ann, 'To be found')).toBeVisible()
})

test('a file that is too large is told, and the others are sent', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'phones', [hub.bob])
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`, phone)
  await expect(composer(ann)).toBeVisible()
  await expect(ann.getByRole('button', { name: 'Take or choose a picture' })).toBeVisible()
  await attach(ann, { name: 'small.txt', mimeType: 'text/plain', buffer: Buffer.from('small') })
  await expect(chips(ann).getByText('5 bytes', { exact: true })).toBeVisible()
  await ann.route('**/api/v1/uploads', (route) =>
    route.fulfill({
      status: 413,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'payload_too_large', status: 413, title: 'The request is too large' }),
    }),
  )
  await attach(ann, { name: 'large.bin', mimeType: 'application/octet-stream', buffer: sample(1000) })
  await expect(chips(ann)).toContainText('This file is too large.')
  await ann.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(rows(ann).last()).toContainText('small.txt')
  await expect(chips(ann)).toContainText('large.bin')
})

test('a tap in the middle of writing on a phone opens what it is on', async ({ browser }) => {
  const channel = await makeChannel(hub.ann, 'taps', [hub.bob])
  await sendFiles(hub.hearth, hub.bob, channel, 'Look', [{ name: 'kite.png', bytes: photo(600, 400, 40) }])
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`, phone)
  const picture = ann.getByRole('button', { name: 'Open picture kite.png' })
  await expect(picture).toBeVisible()
  for (const words of ['', 'Begun']) {
    await composer(ann).tap()
    await composer(ann).fill(words)
    await expect(ann.getByRole('navigation', { name: 'Main' })).toBeHidden()
    await picture.tap()
    await expect(ann.getByRole('dialog', { name: 'kite.png' })).toBeVisible()
    await ann.getByRole('button', { name: 'Close' }).tap()
    await expect(ann.getByRole('dialog')).toHaveCount(0)
    await expect(ann.getByRole('navigation', { name: 'Main' })).toBeVisible()
  }
})
