import { composer, heading, row, send, signedIn } from '../support/screens.ts'
import { join } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('a group becomes a channel under the eyes of those who are in it', async ({ browser }) => {
  const cy = await join(hub.hearth, hub.ann, 'Cy')
  const { data: group } = await hub.ann.api.post<{ data: { id: string } }>('/direct', {
    userIds: [hub.bob.id, cy.id],
  })
  const ann = await signedIn(browser, hub.hearth, hub.ann, `/dm/~${group.id}`)
  const bob = await signedIn(browser, hub.hearth, hub.bob, `/dm/~${group.id}`)
  await expect(composer(bob)).toBeVisible()
  await send(ann, 'Shall we call it summer?')
  await ann.getByRole('button', { name: 'More about this conversation' }).click()
  await ann.getByRole('menuitem', { name: 'Turn into a channel…' }).click()
  const dialog = ann.getByRole('dialog', { name: 'Turn into a channel' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('general')
  await expect(dialog).toContainText('exists already')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Summer fair')
  await dialog.getByRole('button', { name: 'Make the channel' }).click()
  for (const page of [ann, bob]) {
    await expect(page).toHaveURL(/\/chat\/summer-fair$/)
    await expect(heading(page)).toHaveText('summer-fair')
    await expect(row(page, 'Shall we call it summer?')).toBeVisible()
  }
  await send(bob, 'Good name')
  await expect(row(ann, 'Good name')).toBeVisible()
})
