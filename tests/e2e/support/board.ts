import { type Locator, type Page, expect } from '@playwright/test'
import type { Data } from './api.ts'
import type { Person } from './team.ts'

export interface Project {
  id: string
  key: string
  statuses: { id: number; name: string }[]
  labels: { id: number; name: string }[]
}

export interface Task {
  id: string
  key: string
  title: string
  statusId: number
}

/** A project with some people in it, and labels. */
export async function makeProject(
  owner: Person,
  key: string,
  name: string,
  members: Person[] = [],
): Promise<Project> {
  await owner.api.post('/projects', { key, name, icon: '🛠️', memberIds: members.map((member) => member.id) })
  const { data } = await owner.api.put<Data<Project>>(`/projects/${key}/labels`, {
    labels: [
      { name: 'safety', hue: 0 },
      { name: 'launch', hue: 4 },
    ],
  })
  return data
}

export async function makeTask(person: Person, key: string, title: string, more: object = {}): Promise<Task> {
  const { data } = await person.api.post<Data<Task>>(`/projects/${key}/tasks`, { title, ...more })
  return data
}

/** A column of the board. */
export const column = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: new RegExp(`^${name}`) })

export const card = (page: Page, title: string): Locator =>
  page.getByRole('link', { name: new RegExp(`-\\d+ ${title}`) })

/** What the cards of a column say, from the top. */
export async function expectColumn(page: Page, name: string, titles: string[]): Promise<void> {
  await expect
    .poll(async () =>
      (await column(page, name).getByRole('article').getByRole('link').allTextContents()).map((text) =>
        text.trim(),
      ),
    )
    .toEqual(titles)
}
