import { expect, it } from 'vitest'
import { nameProblem, tidyName } from './names'

it('tidies what is typed', () => {
  expect(tidyName('Launch Week')).toBe('launch-week')
  expect(tidyName('#general')).toBe('general')
})

it('takes any script and refuses other signs', () => {
  for (const name of ['general', 'büro-2', '掲示板', 'a.b_c-d'])
    expect(nameProblem(name), name).toBeUndefined()
  for (const name of ['', 'a b', 'a/b', '🎉', 'x'.repeat(81)]) expect(nameProblem(name), name).toBeDefined()
})
