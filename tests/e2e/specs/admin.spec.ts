import { AxeBuilder } from '@axe-core/playwright'
import { heading, phone, signedIn } from '../support/screens.ts'
import { channelNamed, join, PASSWORD, say } from '../support/team.ts'
import { expect, test, useHearth } from '../support/test.ts'

const hub = useHearth()

test('the dashboard says how the hub is, and its backup warning goes with the first backup', async ({
  browser,
}) => {
  await say(hub.bob, await channelNamed(hub.bob, 'general'), 'Counted')
  const page = await signedIn(browser, hub.hearth, hub.ann)
  await page.getByRole('link', { name: 'Admin', exact: true }).click()
  await expect(heading(page)).toHaveText('Overview')
  await expect(page.getByText('One thing needs you')).toBeVisible()
  await expect(page.getByText('There is no backup yet. If')).toBeVisible()
  await expect(page.getByRole('img', { name: /^1 message|^\d+ messages in 30 days/ })).toBeVisible()
  await page.getByText('As a table').click()
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(31)

  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect(page.getByText('Everything is well')).toBeVisible()
  await page.getByRole('link', { name: 'Backups', exact: true }).click()
  await expect(page.getByRole('list', { name: 'Backups' }).getByRole('listitem')).toHaveCount(1)
})

test('somebody who is suspended is signed out, told why, and let in again', async ({ browser }) => {
  const cy = await join(hub.hearth, hub.ann, 'Cyril', 'member')
  const theirs = await signedIn(browser, hub.hearth, cy)
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/people')
  const row = page.getByRole('listitem').filter({ hasText: 'Cyril' })
  await row.getByRole('button', { name: 'More for Cyril' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Suspend' }).press('Enter')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click()
  await expect(row.getByText('Suspended', { exact: true })).toBeVisible()
  await expect(theirs).toHaveURL(/\/sign-in/)
  await theirs.getByLabel('User name or e-mail').fill('cyril')
  await theirs.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await theirs.getByRole('button', { name: 'Sign in' }).click()
  await expect(theirs.getByText('This account is suspended')).toBeVisible()

  await row.getByRole('button', { name: 'More for Cyril' }).click()
  await page.getByRole('menuitem', { name: 'Let in again' }).click()
  await expect(row.getByText('Suspended', { exact: true })).toHaveCount(0)
  await theirs.getByRole('button', { name: 'Sign in' }).click()
  await expect(theirs).toHaveURL(/\/chat/)

  await page.getByRole('link', { name: 'Audit log' }).click()
  const log = page.getByRole('list', { name: 'Audit log' })
  await expect(log.getByText(`${hub.ann.name} suspended Cyril`)).toBeVisible()
  await expect(log.getByText('Cyril tried to sign in while suspended')).toBeVisible()
})

test('the audit log is narrowed down and downloaded', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/audit')
  const log = page.getByRole('list', { name: 'Audit log' })
  await expect(log.getByText('started the team')).toBeVisible()
  await page.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'Invite made' }).click()
  await expect(log.getByText('made an invite').first()).toBeVisible()
  await expect(log.getByText('started the team')).toHaveCount(0)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download as CSV' }).click()
  expect((await download).suggestedFilename()).toBe('audit.csv')
})

test('old links lead to the dashboard, and members are told that it is not for them', async ({ browser }) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/settings/invites?new')
  await expect(page).toHaveURL(/\/admin\/invites/)
  await expect(page.getByRole('dialog')).toBeVisible()
  const member = await signedIn(browser, hub.hearth, hub.bob, '/admin')
  await expect(member.getByRole('heading', { name: 'Not for your role' })).toBeVisible()
  await expect(member.getByRole('link', { name: 'Admin', exact: true })).toHaveCount(0)
  await member.goto('/admin/audit')
  await expect(member.getByRole('heading', { name: 'Not for your role' })).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the dashboard, ${colorScheme}`, async ({ browser }) => {
    for (const screen of [{}, phone]) {
      const page = await signedIn(browser, hub.hearth, hub.ann, '/admin', { ...screen, colorScheme })
      for (const path of ['/admin', '/admin/people', '/admin/audit']) {
        await page.goto(path)
        await expect(heading(page)).toBeVisible()
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
        await expect(
          path === '/admin' ? page.getByText('Health') : page.getByRole('listitem').first(),
        ).toBeVisible()
        await page.evaluate(() =>
          Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))),
        )
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze()
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160))}`),
        ).toEqual([])
      }
    }
  })
}

test('the log is narrowed down, a job is done at once, and the file for support is there', async ({
  browser,
}) => {
  const page = await signedIn(browser, hub.hearth, hub.ann, '/admin/logs')
  await expect(heading(page)).toHaveText('Log')
  await page.getByLabel('Find').fill('nothing says this')
  await expect(page.getByText('No line fits.')).toBeVisible()
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download for support' }).click()
  expect((await downloading).suggestedFilename()).toMatch(/^hearth-support.*\.zip$/)

  await page.getByRole('link', { name: 'Jobs', exact: true }).click()
  await page.getByRole('button', { name: 'Run now: Tidy up files' }).click()
  const job = page.getByRole('listitem').filter({ hasText: 'Tidy up files' })
  await expect(job.getByText(/^Done/)).toBeVisible()
})
