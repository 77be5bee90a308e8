import { type Data } from '../support/api.ts'
import type { Hearth } from '../support/hearth.ts'
import {
  type Channel,
  type Person,
  channelNamed,
  foundTeam,
  join,
  makeChannel,
  say,
} from '../support/team.ts'

/** A studio in the week before a launch: enough people and talk to see how the screens hold up. */
export interface Studio {
  ann: Person
  people: Record<string, Person>
  launch: Channel
}

const NAMES = [
  'Mia',
  'Bob',
  'Tomás',
  'Yuki',
  'Priya',
  'Omar',
  'Lena Vogt',
  'Samuel Okonkwo',
  '王小明',
  'نور الهدى',
  'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Montgomery-Cholmondeley of Aberystwyth',
]

export async function seedStudio(hearth: Hearth): Promise<Studio> {
  const ann = await foundTeam(hearth, 'Northlight Studio', 'Ann')
  const people: Record<string, Person> = {}
  for (const [index, name] of NAMES.entries()) {
    people[name] = await join(hearth, ann, name, index < 9 ? 'member' : 'guest', `person${index}`)
  }
  const everyone = Object.values(people)
  await ann.api.patch('/users/me', {
    title: 'Studio lead',
    statusEmoji: '🎯',
    statusText: 'Launch on the 28th',
  })
  await person(people, 'Priya').api.patch('/users/me', { statusEmoji: '🏖️', statusText: 'Back on Monday' })
  await person(people, 'Tomás').api.patch('/users/me', {
    title: 'Workshop',
    statusEmoji: '🪚',
    statusText: 'At the saw',
  })

  const launch = await makeChannel(ann, 'launch-week', everyone, {
    topic: 'Everything for the 28th: banner copy, run sheet, who carries what',
  })
  const topics: [string, string][] = [
    ['design', 'Type, colour, paper'],
    ['workshop', 'Wood, metal, and what broke'],
    ['ops', 'Machines and networks'],
    ['quotes-and-suppliers', 'Who sells what, and for how much'],
    ['random', 'Lunch'],
    ['設計-レビュー', '毎週水曜日'],
  ]
  const channels: Record<string, Channel> = {}
  for (const [name, topic] of topics)
    channels[name] = await makeChannel(ann, name, everyone.slice(0, 9), { topic })
  await makeChannel(ann, 'leads', everyone.slice(0, 2), { kind: 'private', topic: 'Money' })

  await smallTalk(everyone, [...Object.values(channels), await channelNamed(ann, 'general')])
  await talkOfTheDay(ann, people, launch)
  await direct(person(people, 'Mia'), ann, 'Have you seen the proof? It is on your desk.')
  await direct(person(people, 'Bob'), ann, 'Keys are with the neighbour.')
  return { ann, people, launch }
}

/** Something in every channel, so that nothing is empty; Ann has read most of it. */
async function smallTalk(everyone: Person[], channels: Channel[]): Promise<void> {
  const lines = [
    'The delivery comes between nine and eleven.',
    'Who has the long ruler?',
    'On the bench, under the blue cloth.',
    'Printer is back. It was the cable, again.',
    'I moved the paper samples to the shelf by the window so that they stay flat.',
    'Soup or noodles?',
    'Noodles.',
    'Noodles!',
    'Can somebody look over the quote before I send it? It is only one page.',
    'Done, two small things in pencil.',
    'Thank you, sent.',
    'The router in the back room blinks orange. Is that good?',
    'It is not. Give me ten minutes.',
    'Better now.',
    'Window is open, close it when you leave please',
    'Closed it.',
    'Tomorrow I am in from ten.',
    'Same here.',
  ]
  const writers = everyone.slice(0, 9)
  for (const [index, channel] of channels.entries()) {
    for (const [place, line] of lines.entries()) {
      await say(writers[(index * 5 + place * 7) % writers.length]!, channel, line)
    }
  }
}

async function talkOfTheDay(ann: Person, people: Record<string, Person>, launch: Channel): Promise<void> {
  const by = (name: string, body: string) => say(name === 'Ann' ? ann : person(people, name), launch, body)
  for (let number = 1; number <= 30; number++) {
    const who = NAMES[(number * 3) % 9]!
    await by(who, `Point ${number} of the run sheet is settled.`)
  }
  await by('Ann', 'Good. What about the stands?')
  await by(
    'Tomás',
    'Stands are cut and sanded. Two of the brackets came in 3 mm short, so I am re-doing those tonight.',
  )
  await by(
    'Mia',
    'The oak one is the keeper. Numbers, for the order:\n\n| part | pieces | ready |\n|---|---:|---|\n| stand | 6 | yes |\n| bracket | 24 | 22 |\n| banner | 2 | Thursday |',
  )
  await by(
    'Yuki',
    'Morning! The printer firmware fix from last week, for the record:\n\n```sh\nhearth backup --to /media/usb   # 2.1 GB in 41 s, verified\nlpadmin -p plotter -o fit-to-page=false\n```',
  )
  await by('王小明', '横幅的文字我看过了，第二行多了一个空格。其他都没问题，可以付印。')
  await by('نور الهدى', 'صباح الخير! وصلت العينات من المطبعة، والألوان أفضل مما توقعنا.')
  await by(
    'Bob',
    'I turned the bracket problem into a list so it does not get lost:\n\n1. re-cut the two short ones\n2. drill from the **back**\n3. oil, then *wait* a day',
  )
  const last = await by(
    NAMES[10]!,
    'I can drive the van, but I will need somebody who can read my handwriting on the labels.',
  )
  await ann.api.put(`/channels/${launch.id}/read`, { number: last.number })
  await by(
    'Mia',
    '@ann can you approve the banner text before noon? Latest copy is on the board. If it is a yes I send it to print at 12:05.',
  )
  await by('Mia', 'And the venue moved our slot to **Thursday 14:00**; I updated the calendar.')
  await by('Omar', 'Thursday works. I will bring the `HDMI` adapter this time.')
}

async function direct(from: Person, to: Person, body: string): Promise<void> {
  const { data } = await from.api.post<Data<Channel>>('/direct', { userIds: [to.id] })
  await say(from, data, body)
}

function person(people: Record<string, Person>, name: string): Person {
  const found = people[name]
  if (!found) throw new Error(`nobody is called ${name}`)
  return found
}
