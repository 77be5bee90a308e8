// Markdown of a message → HTML that is safe to show. Raw HTML in a message stays the text that it is; what
// comes out of the parser goes through DOMPurify all the same; pictures from elsewhere become links, because
// nothing is fetched from the internet by reading.

import DOMPurify from 'dompurify'
import { micromark } from 'micromark'
import { gfmAutolinkLiteral, gfmAutolinkLiteralHtml } from 'micromark-extension-gfm-autolink-literal'
import { gfmStrikethrough, gfmStrikethroughHtml } from 'micromark-extension-gfm-strikethrough'
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table'
import { gfmTaskListItem, gfmTaskListItemHtml } from 'micromark-extension-gfm-task-list-item'
import { addChips, type Names } from './chips'
import type { CodeLine } from './highlight'
import { textNodes } from './text'

const syntax = [
  gfmAutolinkLiteral(),
  gfmStrikethrough({ singleTilde: false }),
  gfmTable(),
  gfmTaskListItem(),
  // What surprises people in a chat: HTML, code by indenting, headings by underlining.
  { disable: { null: ['htmlFlow', 'htmlText', 'codeIndented', 'setextUnderline'] } },
]
const output = [gfmAutolinkLiteralHtml(), gfmStrikethroughHtml(), gfmTableHtml(), gfmTaskListItemHtml()]

const ALLOWED = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'blockquote', 'ul', 'ol', 'li', 'pre', 'code', 'strong', 'em', 'del', 'a', 'img'],
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'input'],
  ],
  ALLOWED_ATTR: ['href', 'title', 'src', 'alt', 'start', 'align', 'class', 'type', 'checked', 'disabled'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|\/(?!\/)|#)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true as const,
}

export interface Rendered {
  html: string
  /** Code whose colours are not known yet. */
  code: { language: string; text: string }[]
}

export interface RenderOptions {
  names: Names
  /** The colours of a piece of code, if they are known. */
  colours?: (language: string, text: string) => readonly CodeLine[] | undefined
  /** What the task-list marks and the copy button are called. */
  words: { done: string; open: string; copy: string }
}

/** Letters and quiet punctuation, nothing that begins a list, a link or a heading. */
const SIMPLE =
  /^(?!\d{1,9}[.)]|.*(?:https?:|www\.))[\p{L}\p{N}\p{Extended_Pictographic}](?:[\p{L}\p{M}\p{N}\p{Extended_Pictographic} .,:;!?'"’“”„…%€$()/–—-]|\u200d|\ufe0f)*$/iu

/** Whether Markdown would give back the same words as one paragraph: most of a chat, and nothing to parse. */
export function isSimple(body: string): boolean {
  return SIMPLE.test(body) && !/[A-Z][A-Z0-9]+-\d/.test(body)
}

const KEPT = 400
const kept = new Map<string, Rendered>()

/** A message that scrolls out and back is not made anew, unless names or colours in it may have changed. */
export function render(body: string, options: RenderOptions): Rendered {
  if (/[@#`~]|[A-Z][A-Z0-9]+-\d/.test(body)) return renderAnew(body, options)
  let rendered = kept.get(body)
  if (!rendered) {
    rendered = renderAnew(body, options)
    const oldest = kept.keys().next()
    if (kept.size >= KEPT && !oldest.done) kept.delete(oldest.value)
  } else kept.delete(body)
  kept.set(body, rendered)
  return rendered
}

function renderAnew(body: string, options: RenderOptions): Rendered {
  const fragment = isTangled(body) ? plain(body) : DOMPurify.sanitize(parse(body), ALLOWED)
  const code: Rendered['code'] = []
  for (const image of fragment.querySelectorAll('img')) imageToLink(image)
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5, h6')) headingToLine(heading)
  for (const box of fragment.querySelectorAll('input')) boxToMark(box, options.words)
  for (const table of fragment.querySelectorAll('table')) wrapTable(table)
  for (const pre of fragment.querySelectorAll('pre')) dressCode(pre, options, code)
  breakLines(fragment)
  addChips(fragment, options.names)
  for (const link of fragment.querySelectorAll('a')) dressLink(link)
  for (const block of fragment.querySelectorAll('p, li, blockquote, th, td'))
    block.setAttribute('dir', 'auto')
  const host = document.createElement('div')
  host.append(fragment)
  return { html: host.innerHTML, code }
}

const parse = (body: string) => micromark(body, { extensions: syntax, htmlExtensions: output })

/** The parser's time grows with the square of these signs; thousands of them are an attack, not a message. */
const MOST_SIGNS = 1_000

function isTangled(body: string): boolean {
  const outsideCode = body.replace(/^```[^]*?^```/gm, '')
  return (outsideCode.match(/[*_[~`>|]|^\s*[-+]/gm)?.length ?? 0) > MOST_SIGNS
}

function plain(body: string): DocumentFragment {
  const fragment = document.createDocumentFragment()
  const line = document.createElement('p')
  line.textContent = body
  fragment.append(line)
  return fragment
}

/** The beginning of a long message, cut between lines where there are any. */
export function beginningOf(body: string, length: number): string {
  const cut = body.lastIndexOf('\n', length)
  return body.slice(0, cut > length / 2 ? cut : length)
}

function imageToLink(image: HTMLImageElement) {
  const source = image.getAttribute('src')
  const words = image.getAttribute('alt') || source || ''
  if (!source || image.closest('a')) return image.replaceWith(words)
  const link = document.createElement('a')
  link.setAttribute('href', source)
  link.textContent = words
  image.replaceWith(link)
}

/** Headings of a message are no headings of the page. */
function headingToLine(heading: Element) {
  const line = document.createElement('p')
  line.className = `heading ${heading.tagName.toLowerCase()}`
  line.append(...heading.childNodes)
  heading.replaceWith(line)
}

function boxToMark(box: HTMLInputElement, words: RenderOptions['words']) {
  const mark = document.createElement('span')
  const done = box.hasAttribute('checked')
  mark.className = done ? 'mark done' : 'mark'
  mark.setAttribute('role', 'img')
  mark.setAttribute('aria-label', done ? words.done : words.open)
  box.closest('li')?.classList.add('task')
  box.replaceWith(mark)
}

function wrapTable(table: HTMLTableElement) {
  const frame = document.createElement('div')
  frame.className = 'table'
  frame.tabIndex = 0
  table.replaceWith(frame)
  frame.append(table)
}

function dressCode(pre: HTMLPreElement, options: RenderOptions, pending: Rendered['code']) {
  const code = pre.querySelector('code')
  if (!code) return
  const language = /(?:^| )language-(\S+)/.exec(code.className)?.[1]?.toLowerCase() ?? ''
  const text = (code.textContent ?? '').replace(/\n$/, '')
  code.removeAttribute('class')
  code.textContent = text
  const lines = language ? options.colours?.(language, text) : undefined
  if (lines) code.replaceChildren(...coloured(lines))
  else if (language) pending.push({ language, text })
  pre.setAttribute('dir', 'ltr')
  pre.tabIndex = 0
  const copy = document.createElement('button')
  copy.type = 'button'
  copy.className = 'copy'
  copy.setAttribute('aria-label', options.words.copy)
  const frame = document.createElement('div')
  frame.className = 'code'
  pre.replaceWith(frame)
  frame.append(pre, copy)
}

function* coloured(lines: readonly CodeLine[]): Iterable<Node> {
  for (const [index, line] of lines.entries()) {
    if (index > 0) yield document.createTextNode('\n')
    for (const token of line) {
      if (!token.kind) {
        yield document.createTextNode(token.text)
        continue
      }
      const span = document.createElement('span')
      span.className = `tok-${token.kind}`
      span.textContent = token.text
      yield span
    }
  }
}

/** A line break in a message is a line break on screen. */
function breakLines(fragment: DocumentFragment) {
  for (const text of textNodes(fragment)) {
    const inline = text.parentElement?.closest('p, li, td, th')
    if (!inline || text.parentElement?.closest('pre')) continue
    const value = text.data
    if (!value.includes('\n')) continue
    // Between blocks the parser's own line ends mean nothing.
    if (
      value.trim() === '' &&
      (isBlock(text.nextSibling) || isBlock(text.previousSibling) || !text.nextSibling)
    ) {
      text.remove()
      continue
    }
    const before =
      isBlock(text.previousSibling) || text.previousSibling?.nodeName === 'BR' ? value.trimStart() : value
    const lines = (isBlock(text.nextSibling) ? before.trimEnd() : before).split('\n')
    text.replaceWith(
      ...lines.flatMap((line, index) => (index === 0 ? [line] : [document.createElement('br'), line])),
    )
  }
}

const BLOCKS = new Set(['P', 'UL', 'OL', 'LI', 'PRE', 'BLOCKQUOTE', 'DIV', 'TABLE', 'HR'])
const isBlock = (node: Node | null) => node !== null && BLOCKS.has(node.nodeName)

/** Links into this hub stay in the tab; all others open beside it and learn nothing about us. */
function dressLink(link: HTMLAnchorElement) {
  const href = link.getAttribute('href') ?? ''
  if (!href) return link.replaceWith(...link.childNodes)
  const own = href.startsWith('/') || href.startsWith(`${window.location.origin}/`)
  if (own) return
  link.setAttribute('target', '_blank')
  link.setAttribute('rel', 'noopener noreferrer')
}
