import type { NewcomerLine } from '$api'
import { expect, test } from 'vitest'
import { linksTable } from './newcomers'

const line = (part: Partial<NewcomerLine>): NewcomerLine => ({
  line: 1,
  name: 'Bob',
  username: 'bob',
  email: null,
  role: 'member',
  outcome: 'added',
  problem: null,
  userId: null,
  url: '/reset/abc',
  expiresAt: null,
  ...part,
})

test('the links of those who were added are a table without formulas', () => {
  const lines = [
    line({ name: '=SUM(A1)', email: 'bob@example.org' }),
    line({ name: 'Hale, "Bo"' }),
    line({ name: 'Cy', outcome: 'exists', url: null }),
  ]
  expect(linksTable(lines, 'http://192.168.1.20:4327', ['Name', 'User name', 'E-mail', 'Link'])).toBe(
    [
      'Name,User name,E-mail,Link',
      "'=SUM(A1),bob,bob@example.org,http://192.168.1.20:4327/reset/abc",
      '"Hale, ""Bo""",bob,,http://192.168.1.20:4327/reset/abc',
      '',
    ].join('\r\n'),
  )
})
