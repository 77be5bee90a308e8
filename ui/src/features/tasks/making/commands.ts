import { goto } from '$app/navigation'
import type { Hearth } from '$features/hub'
import { m } from '$paraglide/messages.js'
import type { Command } from '$shared'
import CircleUser from '@lucide/svelte/icons/circle-user'
import Plus from '@lucide/svelte/icons/plus'
import SquareCheck from '@lucide/svelte/icons/square-check'
import SquareKanban from '@lucide/svelte/icons/square-kanban'
import { Book } from '../core/book.svelte'
import type { Makings } from './making.svelte'

/** Of so many tasks the palette knows; the others are found by their board. */
const MOST = 500

/** What tasks put into the palette: projects, tasks by key and title, and what can be done. */
export function taskCommands(hearth: Hearth, making: Makings): Command[] {
  const group = m.tasks_title_tasks()
  const projects = Object.values(hearth.projects).filter((project) => project.archivedAt === null)
  const acts: Command[] = [
    {
      id: 'tasks.new',
      label: m.tasks_new_task(),
      group,
      icon: Plus,
      keys: 'c',
      run: () => making.show({ kind: 'task' }),
    },
    {
      id: 'tasks.mine',
      label: m.tasks_mine(),
      group,
      icon: CircleUser,
      keys: 'g t',
      run: () => goto('/tasks'),
    },
  ]
  if (hearth.me.role !== 'guest')
    acts.push({
      id: 'tasks.project',
      label: m.tasks_new_project(),
      group,
      icon: Plus,
      run: () => making.show({ kind: 'project' }),
    })
  return [
    ...acts,
    ...projects.map((project) => ({
      id: `project.${project.id}`,
      label: project.name,
      group: m.tasks_projects(),
      detail: project.key,
      keywords: [project.key],
      icon: SquareKanban,
      run: () => goto(`/tasks/${project.key}/board`),
    })),
    ...Book.of(hearth)
      .all.slice(0, MOST)
      .map((task) => ({
        id: `task.${task.id}`,
        label: task.title,
        group,
        detail: task.key,
        keywords: [task.key],
        icon: SquareCheck,
        weight: -1,
        run: () => goto(`/task/${task.key}`),
      })),
  ]
}
