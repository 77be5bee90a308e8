import { composer, row, sidebar, signedIn } from '../support/screens.ts'
import { join, makeChannel } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('commands are completed, done, and refused with a word', async ({ browser }) => {
  const cy = await join(hub.hearth, hub.ann, 'Cy')
  const channel = await makeChannel(hub.ann, 'workshop', [hub.bob])
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/chat/${channel.name}`)
  const write = async (text: string) => {
    await composer(ann).fill(text)
    await composer(ann).press('Enter')
  }
  await write('Good morning')
  await expect(row(ann, 'Good morning')).toBeVisible()

  await composer(ann).pressSequentially('/sh')
  await expect(ann.getByRole('option', { name: /shrug/ })).toBeVisible()
  await composer(ann).press('Enter')
  await composer(ann).pressSequentially('who knows')
  await composer(ann).press('Enter')
  await expect(row(ann, 'who knows ¯\\_(ツ)_/¯')).toBeVisible()

  await write('/me sweeps the floor')
  await expect(row(ann, 'sweeps the floor').getByRole('emphasis')).toHaveText('sweeps the floor')

  await write('/topic Where things are made')
  await expect(ann.getByRole('button', { name: 'Where things are made' })).toBeVisible()
  await expect(composer(ann)).toHaveValue('')

  await write('/invite @cy')
  await expect(ann.getByText('Added Cy')).toBeVisible()
  const cys = await signedIn(browser, hub.hearth, cy, '/chat/general')
  await expect(sidebar(cys).getByRole('link', { name: 'workshop' })).toBeVisible()

  await write('/invite @nobody')
  await expect(ann.getByText('Nobody here is called @nobody.')).toBeVisible()
  await expect(composer(ann)).toHaveValue('/invite @nobody')
  await write('/frobnicate now')
  await expect(ann.getByText(/There is no command \/frobnicate/)).toBeVisible()
  await expect(composer(ann)).toHaveValue('/frobnicate now')
  await write(' /frobnicate now')
  await expect(row(ann, '/frobnicate now')).toBeVisible()
  await write('//shrug now')
  await expect(row(ann, '/shrug now')).toBeVisible()
  await write('/status 🎧 Deep in it')
  await expect(ann.getByText('Your status is set')).toBeVisible()
  await expect(row(ann, 'Good morning').getByTitle('Deep in it')).toHaveText('🎧')
  await write('/etc/hosts')
  await expect(row(ann, '/etc/hosts')).toBeVisible()

  // Who does not manage a channel is not offered what only managers do.
  await cys.goto(`/chat/${channel.name}`)
  await expect(composer(cys)).toBeVisible()
  await composer(cys).pressSequentially('/')
  await expect(cys.getByRole('option', { name: /leave/ })).toBeVisible()
  await expect(cys.getByRole('option', { name: /topic/ })).toHaveCount(0)
  await composer(cys).fill('/leave')
  await composer(cys).press('Enter')
  // A public channel can still be looked at.
  await expect(cys.getByRole('button', { name: 'Join channel' })).toBeVisible()
})
