import { LONG_NAME } from './people.ts'

/** What is said at the studio in the week before a launch. `who: what`, in order; the rest of a line is Markdown. */

export const CHANNELS: Record<string, { topic: string; lines: string[] }> = {
  design: {
    topic: 'Type, colour, paper',
    lines: [
      'Mia: The grey on the stand cards came out warmer than on screen. I like it, but it is not what we signed.',
      'Yuki: Plotter profile. It still had the matte paper from August.',
      'Mia: Then once more, please. Same file.',
      'Yuki: Printing. Twelve minutes.',
      'Ann: Can we have the small print in 8 pt instead of 7? People will read it standing.',
      'Mia: 8 fits if the second line loses “kindly”.',
      'Ann: Nobody will miss “kindly”.',
      'Lena Vogt: As somebody who has to read it every year: thank you.',
      'Mia: New proof is on the window side, under glass.',
      'Priya: The client wrote back. They want the flame on the left, like on the letters.',
      'Mia: It was on the left until they moved it.',
      'Priya: I know. I was kind about it.',
      'Mia: Left it is. `stand-card-v7.pdf`, same folder.',
      '王小明: 卡片的纸样到了，两种克重都在架子上。',
      'Mia: Thank you! The heavier one, I think. It does not curl.',
      'Ann: Heavier one. Decided.',
    ],
  },
  workshop: {
    topic: 'Wood, metal, and what broke',
    lines: [
      'Tomás: Whoever borrowed the 6 mm bit: it wants to come home.',
      'Omar: Guilty. It is in the case with the clamps.',
      'Tomás: Forgiven. Blade on the table saw is new, mind your fingers, it is *much* keener than the old one.',
      'Bob: How many sheets are left of the oak?',
      'Tomás: Three whole, one with a corner gone. Enough for the stands with 40 cm to spare.',
      'Bob: Then I do not order. The next delivery would be after the launch anyway.',
      'Yuki: Extraction trips the fuse when the plotter heats up. Not both at once until Friday, please.',
      'Tomás: I saw in the mornings, you plot after lunch?',
      'Yuki: Deal.',
      'Omar: Is the glue from the blue tin food safe? Asking for the café corner.',
      'Tomás: It is not. Use the one with the green label and leave it overnight.',
      'Omar: Green label, overnight. Thanks.',
      'Tomás: Stands one to four are oiled. Do not lean on them, however inviting.',
      'Bob: Somebody leaned.',
      'Tomás: I saw. Re-oiled.',
      'Omar: It was inviting.',
    ],
  },
  ops: {
    topic: 'Machines and networks',
    lines: [
      'Yuki: The router in the back room blinks orange. I am replacing its power supply at six.',
      'Bob: Does that take the door down?',
      'Yuki: For a minute. I will hold it open with a foot.',
      'Yuki: Done. Green everywhere.',
      'Lena Vogt: The scanner sends to the old folder again.',
      'Yuki: It forgets at every power cut. I wrote the address on its lid: `//files/scan-in`.',
      'Lena Vogt: Lid found. Works.',
      'Omar: Backup ran?',
      'Yuki: Every night at three. Last one: 2.1 GB, 41 s, read back and compared.',
      'Omar: You are a reassuring person.',
      'Yuki: I only read the log.',
      'Bob: The label printer now does 62 mm. Rolls are in the second drawer.',
      'Yuki: If anything smells of hot dust today, it is the heating and not us.',
    ],
  },
  'quotes-and-suppliers': {
    topic: 'Who sells what, and for how much',
    lines: [
      'Bob: Two quotes for the van: 180 with driver, 95 without. I would take the one without.',
      'Ann: Who drives?',
      'Bob: Whoever can read my handwriting.',
      'Lena Vogt: 95 then. Please ask for the invoice with the studio’s name on it this time.',
      'Bob: Asked.',
      'Mia: Paper: 140 for 500 sheets of the heavy one, or 98 if we take a thousand.',
      'Ann: What would we do with five hundred sheets?',
      'Mia: What we always do. Run out of them in March.',
      'Lena Vogt: A thousand. It comes out of *next* year.',
      'Priya: The café wants to know whether 60 cups are enough.',
      'Ann: It says eighty people signed up.',
      'Priya: 90 cups.',
    ],
  },
  random: {
    topic: 'Lunch',
    lines: [
      'Omar: Soup or noodles?',
      'Mia: Noodles.',
      'Tomás: Noodles!',
      'Yuki: Soup.',
      'Omar: Two kitchens it is.',
      'Bob: There is cake on the long table. Somebody’s sister was generous.',
      'Lena Vogt: It is mine, and she sends regards.',
      'Mia: Tell her the lemon one is the best thing that happened this week.',
      'نور الهدى: شكرا على الكعكة، كانت لذيذة جدا!',
      'Priya: I am at the sea and I can *hear* you eating.',
      'Omar: 🍋',
      'Tomás: The dog from next door is back. He is allowed in the yard, not in the spray booth.',
      'Yuki: He has been told.',
    ],
  },
  '設計-レビュー': {
    topic: '毎週水曜日',
    lines: [
      'Yuki: 今週のレビューは木曜日に移動します。会場の時間が変わったためです。',
      '王小明: 了解，我会带上新的纸样。',
      'Mia: Thursday is good. I bring the two proofs and a loupe.',
      'Yuki: ありがとうございます。ルーペ、助かります。',
    ],
  },
  general: {
    topic: '',
    lines: [
      'Ann: Welcome, everybody who came over this week. This is the room for what concerns all of us.',
      'Omar: First!',
      'Mia: Fourth, if one counts the people who only read.',
      'Bob: Keys: the spare set hangs behind the plant. The plant wants water on Tuesdays.',
      'Lena Vogt: Hours until Friday noon, please, including the ones you are not proud of.',
      'Tomás: Is there a column for “looked for the 6 mm bit”?',
      'Lena Vogt: There is now.',
      'Yuki: The clock in the hall is right again.',
      'Adaeze Nwosu: Hello! I am at the front desk from Monday, where do I find the badge printer?',
      'Bob: Second drawer, under the label rolls. Ask me about the trick with the lid.',
      'Adaeze Nwosu: There is a trick with the lid?',
      'Bob: There is always a trick with the lid.',
      'Ann: Launch is on the 28th. If something of yours is not on the run sheet, tell me **today**.',
      'Priya: Mine is on it.',
      'Omar: Mine too, twice.',
      'Ann: Then once, please.',
      'Lena Vogt: Window in the small meeting room does not lock. Somebody comes on Wednesday.',
    ],
  },
  'front-desk': {
    topic: 'Visitors, parcels, keys',
    lines: [
      'Adaeze Nwosu: Two parcels for the workshop. One rattles.',
      'Tomás: It should rattle.',
      'Adaeze Nwosu: Then it is a good parcel.',
      'Bob: Courier for the proofs comes at 15:30.',
      'Mia: They are on the desk, flat, with “do not bend” on both sides.',
      'Adaeze Nwosu: He looked at it for a long time and then did not bend it.',
    ],
  },
}

/** The channel on the pictures. Ann has read up to the line that is only dashes. */
export const LAUNCH: { topic: string; lines: string[] } = {
  topic: 'Everything for the 28th · banner copy, run sheet, who carries what',
  lines: [
    'Ann: One room for the launch, so that nobody has to ask where something was decided.',
    'Bob: Run sheet is in the folder. Times are when things are **finished**, not when they begin.',
    'Omar: Sound check at 11:00, light right after. I need the hall empty for twenty minutes.',
    'Ann: You have it from 10:45.',
    'Priya: The client brings four people, one of them does not eat nuts.',
    'Bob: Café knows.',
    'Tomás: Six stands, two spare feet. The feet look alike and are not, so I numbered them.',
    'Mia: Banner: 2 × 0.8 m, hemmed, eyelets every 40 cm.',
    'Yuki: Then it fits the rail only if we skip the last eyelet on the left.',
    'Mia: We skip it. It will look deliberate.',
    'Lena Vogt: Insurance for the evening is paid. The paper is in my tray if anybody in a uniform asks.',
    'Ann: You think of everything.',
    'Lena Vogt: I think of what went wrong last time.',
    'Omar: Nobody mention the smoke machine.',
    'Yuki: The smoke machine is unplugged *and* its plug is in my pocket.',
    'Bob: Chairs: 80 from the school, we fetch them on the 27th after four.',
    'Tomás: I have the trailer.',
    'Bob: And I have the school’s caretaker’s number, which is worth more.',
    'Priya: Invitation mail went to 112 people, 83 said yes, 9 said “probably”.',
    'Ann: Probably is a chair.',
    'Priya: Then 92.',
    'Bob: I will ask for a dozen more.',
    'Mia: Who writes the two sentences for the door?',
    'Ann: I do. Tonight.',
    'Omar: Extension leads are in the grey crate. There are nine. There were nine. Please let there be nine afterwards.',
    'Yuki: Is the projector ours or the school’s?',
    'Bob: Ours. The school’s one is pink in the corners.',
    'Tomás: Stands are cut and sanded. Two of the brackets came in 3 mm short, so I am re-doing those tonight.',
    'Mia: The oak one is the keeper. Numbers, for the order:\n\n| part | pieces | ready |\n|---|---:|---|\n| stand | 6 | yes |\n| bracket | 24 | 22 |\n| banner | 2 | Thursday |',
    'Ann: Good. Then only the brackets are open.',
    'نور الهدى: صباح الخير! وصلت العينات من المطبعة، والألوان أفضل مما توقعنا.',
    '王小明: 横幅的文字我看过了，第二行多了一个空格。其他都没问题，可以付印。',
    'Yuki: Morning! The printer firmware fix from last week, for the record:\n\n```sh\nhearth backup --to /media/usb   # 2.1 GB in 41 s, verified\nlpadmin -p plotter -o fit-to-page=false\n```',
    'Bob: I turned the bracket problem into a list so it does not get lost:\n\n1. re-cut the two short ones\n2. drill from the **back**\n3. oil, then *wait* a day',
    `${LONG_NAME}: I can drive the van, but I will need somebody who can read the handwriting on the labels.`,
    '---',
    'Mia: @ann can you approve the banner text before noon? Latest copy is in #design. If it is a yes I send it to print at 12:05.',
    'Mia: And the venue moved our slot to **Thursday 14:00**; I updated the calendar.',
    'Omar: Thursday works. I will bring the `HDMI` adapter this time.',
  ],
}

/** Only Ann, Mia and Bob. */
export const LEADS = {
  topic: 'Money',
  lines: [
    'Ann: Deposit from the client is in.',
    'Bob: All of it?',
    'Ann: All of it, and a day early.',
    'Mia: Then I order the thousand sheets.',
    'Bob: And I the van.',
  ],
}

/** What somebody writes to Ann alone; the last line is still unread where `unread` says so. */
export const DIRECT: { with: string; lines: string[]; unread: boolean }[] = [
  {
    with: 'Priya',
    lines: ['Priya: I am off from tomorrow. Everything is on the board.', 'Ann: Go. Swim for me.'],
    unread: false,
  },
  {
    with: 'Tomás',
    lines: [
      'Ann: Do you need a hand with the brackets tonight?',
      'Tomás: Two, if they can hold still.',
      'Ann: I can send Omar’s.',
    ],
    unread: false,
  },
  {
    with: 'Bob',
    lines: ['Bob: Keys are with the neighbour.', 'Ann: Which neighbour?', 'Bob: The one with the dog.'],
    unread: false,
  },
  {
    with: 'Mia',
    lines: [
      'Mia: Have you seen the proof?',
      'Ann: Not yet, where is it?',
      'Mia: On your desk, under the cup. I am sorry about the ring. It is on the back.',
    ],
    unread: true,
  },
]

/** In #launch-week: part of a message, the emoji, and who reacted with it. */
export const REACTIONS: [string, string, string[]][] = [
  ['The smoke machine is unplugged', '😂', ['Omar', 'Ann', 'Bob']],
  ['Chairs: 80 from the school', '🪑', ['Ann']],
  ['Stands are cut and sanded', '👍', ['Ann', 'Bob']],
  ['Stands are cut and sanded', '🔧', ['Yuki']],
  ['venue moved', '👀', ['Mia', 'Omar']],
  ['venue moved', '👍🏽', ['Yuki', 'Ann', 'Tomás']],
]
/** In #launch-week, by Bob. */
export const PINNED = ['Run sheet is in the folder', 'Banner: 2 × 0.8 m', 'venue moved']
/** In #launch-week, by Ann. */
export const SAVED = ['Insurance for the evening', 'one of them does not eat nuts']

/** What is said beside the launch channel, about a message in it. */
export const THREADS: { about: string; lines: string[] }[] = [
  {
    about: 'venue moved',
    lines: [
      'Tomás: Does the goods lift go up to the new floor?',
      'Priya: It does, until six. After that the porter has the key.',
      'Ann: Then everything heavy before six, please. I tell the porter.',
      'Tomás: Two stands fit at a time, I measured. Four rides.',
      'Bob: @ann the van comes at half past four, so that is just enough.',
    ],
  },
]
