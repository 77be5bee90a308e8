import type { Hearth } from '../support/hearth.ts'
import type { Data } from '../support/api.ts'
import { channelNamed } from '../support/team.ts'
import type { Studio } from './seed.ts'

/** The programs that take part: two bots, and a webhook that said something. */
export async function seedPrograms(hearth: Hearth, { ann }: Studio): Promise<void> {
  const random = await channelNamed(ann, 'random')
  const { data: bot } = await ann.api.post<Data<{ id: string }>>('/bots', { name: 'Door sensor' })
  await ann.api.put(`/channels/${random.id}/members/${bot.id}`, {})
  await ann.api.post(`/bots/${bot.id}/tokens`, { name: 'Front door', scopes: ['write'] })
  await ann.api.post('/bots', { name: 'Release notes', role: 'member' })
  const { data: hook } = await ann.api.post<Data<{ url: string }>>(`/channels/${random.id}/hooks`, {
    name: 'Monitoring',
  })
  await fetch(hearth.url() + hook.url, {
    method: 'POST',
    body: JSON.stringify({
      username: 'Print queue',
      icon_emoji: ':printer:',
      text: '*Plotter* is out of paper',
      attachments: [
        {
          title: 'Job 118',
          text: 'Floor plan, 4 of 9 sheets',
          fields: [{ title: 'Waiting', value: '3 jobs' }],
        },
      ],
    }),
  })
}
