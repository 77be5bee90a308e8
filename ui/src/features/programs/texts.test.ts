import { describe, expect, it } from 'vitest'
import { wordsIn } from './texts'

describe('words', () => {
  it('stand between commas, each once', () => {
    expect(wordsIn(' deploy, build the site,,deploy , ')).toEqual(['deploy', 'build the site'])
    expect(wordsIn('  ')).toEqual([])
  })
})
