import { expect, it } from 'vitest'
import { formatSelection, type Format } from './formatting'

/** `[` and `]` mark the selection. */
function apply(marked: string, format: Format) {
  const from = marked.indexOf('[')
  const to = marked.indexOf(']') - 1
  const text = marked.replace('[', '').replace(']', '')
  const edit = formatSelection(text, from, to, format)
  const after = text.slice(0, edit.from) + edit.text + text.slice(edit.to)
  return { after, selected: after.slice(edit.selectFrom, edit.selectTo) }
}

it('puts signs around and takes them away again', () => {
  expect(apply('a [word] here', 'bold')).toEqual({ after: 'a **word** here', selected: 'word' })
  expect(apply('a **[word]** here', 'bold')).toEqual({ after: 'a word here', selected: 'word' })
  expect(apply('[]', 'code')).toEqual({ after: '``', selected: '' })
})

it('makes lists and quotes of whole lines', () => {
  expect(apply('one\nt[wo\nthr]ee', 'list').after).toBe('one\n- two\n- three')
  expect(apply('[- one\n- two]', 'list').after).toBe('one\ntwo')
  expect(apply('[said]', 'quote').after).toBe('> said')
})

it('makes links and code blocks', () => {
  expect(formatSelection('see docs', 4, 8, 'link')).toMatchObject({ text: '[docs](https://)' })
  expect(formatSelection('https://a.example', 0, 17, 'link')).toMatchObject({
    text: '[](https://a.example)',
    selectFrom: 1,
  })
  expect(formatSelection('x', 0, 1, 'block').text).toBe('```\nx\n```')
})
