import { expect, it } from 'vitest'
import { saysOneOf, wordsOf } from './alerts'

it('finds a word as a whole', () => {
  for (const text of ['The ROOF leaks', 'roof!', 'a (red kite)', '你好世界']) {
    expect(saysOneOf(['roof', 'red kite', '世界'], text), text).toBe(true)
  }
  for (const text of ['roofing', 'proof', '', 'red  kite']) {
    expect(saysOneOf(['roof', 'red kite'], text), text).toBe(false)
  }
})

it('reads words from lines and commas, each once', () => {
  expect(wordsOf(' Roof, red kite\n\nroof\n')).toEqual(['roof', 'red kite'])
})
