// Markdown around the selection. Everything goes through insertText, so that undo works.

export type Format = 'bold' | 'italic' | 'strike' | 'code' | 'block' | 'link' | 'list' | 'quote'

const AROUND: Partial<Record<Format, string>> = { bold: '**', italic: '_', strike: '~~', code: '`' }

export interface Edit {
  /** Replaces what is selected… */
  from: number
  to: number
  text: string
  /** …and selects this afterwards. */
  selectFrom: number
  selectTo: number
}

export function formatSelection(text: string, from: number, to: number, format: Format): Edit {
  const selected = text.slice(from, to)
  const sign = AROUND[format]
  if (sign) return around(text, from, to, sign)
  switch (format) {
    case 'link': {
      const isAddress = /^https?:\/\/\S+$/.test(selected)
      const made = isAddress ? `[](${selected})` : `[${selected}](https://)`
      const place = isAddress ? from + 1 : from + selected.length + 3
      const length = isAddress ? 0 : 'https://'.length
      return { from, to, text: made, selectFrom: place, selectTo: place + length }
    }
    case 'block': {
      const before = from > 0 && text[from - 1] !== '\n' ? '\n' : ''
      const made = `${before}\`\`\`\n${selected}\n\`\`\``
      const place = from + before.length + 4
      return { from, to, text: made, selectFrom: place, selectTo: place + selected.length }
    }
    default:
      return lines(text, from, to, format === 'quote' ? '> ' : '- ')
  }
}

/** Puts the signs around, or takes them away where they already are. */
function around(text: string, from: number, to: number, sign: string): Edit {
  const size = sign.length
  const selected = text.slice(from, to)
  if (text.slice(from - size, from) === sign && text.slice(to, to + size) === sign) {
    return { from: from - size, to: to + size, text: selected, selectFrom: from - size, selectTo: to - size }
  }
  return { from, to, text: sign + selected + sign, selectFrom: from + size, selectTo: to + size }
}

function lines(text: string, from: number, to: number, sign: string): Edit {
  const start = text.lastIndexOf('\n', from - 1) + 1
  const block = text.slice(start, to).split('\n')
  const marked = block.every((line) => line.startsWith(sign))
  const made = block.map((line) => (marked ? line.slice(sign.length) : sign + line)).join('\n')
  return { from: start, to, text: made, selectFrom: start + made.length, selectTo: start + made.length }
}
