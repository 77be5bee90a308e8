import { expect, it } from 'vitest'
import { isWhole, parsePoll } from './parse'

it('reads what stands between quotes of any kind', () => {
  const asked = { question: 'What for lunch?', options: ['Soup', 'Bread and cheese'] }
  expect(parsePoll('"What for lunch?" "Soup" "Bread and cheese"')).toEqual(asked)
  expect(parsePoll('“What for lunch?” “Soup” “Bread and cheese”')).toEqual(asked)
  expect(parsePoll('„What for lunch?“ „Soup“ „Bread and cheese“')).toEqual(asked)
  expect(parsePoll('«What for lunch?» «Soup» «Bread and cheese»')).toEqual(asked)
  expect(parsePoll('"A?"\n"B"   "B" ""')).toEqual({ question: 'A?', options: ['B'] })
})

it('takes words without quotes for the question', () => {
  expect(parsePoll('What for lunch?')).toEqual({ question: 'What for lunch?', options: [] })
  expect(parsePoll('What for "lunch')).toEqual({ question: 'What for lunch', options: [] })
  expect(parsePoll('')).toEqual({ question: '', options: [] })
})

it('can be asked with a question and two to twenty different options', () => {
  const options = (count: number) => Array.from({ length: count }, (_, at) => `option ${at}`)
  expect(isWhole({ question: 'A?', options: ['B', 'C'] })).toBe(true)
  expect(isWhole({ question: 'A?', options: options(20) })).toBe(true)
  for (const asked of [
    { question: ' ', options: ['B', 'C'] },
    { question: 'A?', options: ['B'] },
    { question: 'A?', options: ['B', ' '] },
    { question: 'A?', options: ['B', 'b'] },
    { question: 'A?', options: ['B', 'x'.repeat(201)] },
    { question: 'A?', options: options(21) },
  ])
    expect(isWhole(asked), JSON.stringify(asked).slice(0, 60)).toBe(false)
})
