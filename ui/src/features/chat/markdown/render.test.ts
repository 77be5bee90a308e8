import { describe, expect, it } from 'vitest'
import { isSimple, render, type RenderOptions } from './render'

const options: RenderOptions = {
  words: { done: 'done', open: 'open', copy: 'Copy' },
  names: {
    group: (word) => (word === 'channel' ? { name: word, mine: true } : undefined),
    person: (username) =>
      ({
        ann: { name: 'Ann', path: '/dm/ann', me: true },
        'bob.b': { name: 'Bob', path: '/dm/bob.b', me: false },
      })[username],
    channel: (name) => (name === 'general' ? { name, path: '/chat/general' } : undefined),
    project: (key) => key === 'OPS',
  },
}
const html = (body: string) => render(body, options).html
const dom = (body: string) => {
  const host = document.createElement('div')
  host.innerHTML = html(body)
  return host
}

describe('simple words', () => {
  it.each([
    'Soup or noodles?',
    'The 2nd one - re-cut, oiled (twice) – is ready at 14:30; see "the list"…',
    '横幅的文字我看过了，第二行多了一个空格。'.replace(/[，。]/g, ','),
    'صباح الخير!',
    '🍋',
    'On our way 🚐',
    'either/or, 5% or 12 €',
  ])('are what Markdown makes of them: %s', (words) => {
    expect(isSimple(words)).toBe(true)
    const paragraph = dom(words).firstElementChild
    expect(paragraph?.outerHTML).toBe(`<p dir="auto">${paragraph?.innerHTML}</p>`)
    expect(paragraph?.textContent).toBe(words)
    expect(paragraph?.childElementCount).toBe(0)
  })

  it.each([
    '1. a list',
    '2) a list',
    '12.',
    '- a list',
    '# a heading',
    'a *strong* word',
    'a_b_c',
    '`code`',
    '@ann',
    'see #general',
    'see http://a.example',
    'see www.a.example',
    'see WWW.A.EXAMPLE',
    'a@b.example',
    'two\nlines',
    '> quoted',
    '&amp;',
    '<b>',
    'a\\b',
    ' indented',
    '',
  ])('are not: %j', (words) => {
    expect(isSimple(words)).toBe(false)
  })
})

describe('safety', () => {
  const attacks = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<iframe src="javascript:alert(1)"></iframe>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
    '[x](vbscript:x)',
    '![x](javascript:alert(1))',
    '![x" onerror="alert(1)](http://a/b.png)',
    '[a](<http://a" onmouseover="alert(1)>)',
    '<a href="javascript:alert(1)">x</a>',
    '```"><img src=x onerror=alert(1)>\nx\n```',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
    '<details open ontoggle=alert(1)>',
    '[x]: javascript:alert(1)\n\n[x]',
    '<style>body{display:none}</style>',
    '<form action=/api><button>x</button></form>',
  ]
  it.each(attacks)('makes nothing live out of %s', (attack) => {
    const host = dom(attack)
    expect(host.querySelector('script, img, svg, iframe, style, form, math, details')).toBeNull()
    for (const element of host.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on/)
        expect(value).not.toMatch(/^\s*(javascript|data|vbscript):/i)
      }
    }
  })

  it('shows HTML as the text it is', () => {
    expect(dom('a <b>bold</b> move').textContent).toBe('a <b>bold</b> move')
  })

  it('fetches no picture, but links to it', () => {
    expect(html('![a cat](https://cats.example/cat.png)')).toBe(
      '<p dir="auto"><a href="https://cats.example/cat.png" target="_blank" rel="noopener noreferrer">a cat</a></p>',
    )
  })

  it('opens links elsewhere beside the hub', () => {
    const link = dom('see https://example.org/x').querySelector('a')!
    expect(link.getAttribute('rel')).toBe('noopener noreferrer')
    expect(link.getAttribute('target')).toBe('_blank')
  })

  it('does not choke on hostile nesting', () => {
    const started = performance.now()
    html('> '.repeat(3000) + 'x')
    html('*a '.repeat(5000))
    html('['.repeat(8000))
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('reading', () => {
  it('keeps line breaks', () => {
    expect(html('one\ntwo')).toBe('<p dir="auto">one<br>two</p>')
    expect(html('one  \ntwo')).toBe('<p dir="auto">one<br>two</p>')
  })

  it('makes lists without stray lines', () => {
    expect(html('- a\n- b\n  - c')).not.toContain('<br>')
  })

  it('draws task lists as marks', () => {
    const marks = [...dom('- [x] cut\n- [ ] sand').querySelectorAll('.mark')]
    expect(marks.map((mark) => mark.getAttribute('aria-label'))).toEqual(['done', 'open'])
  })

  it('has tables, strike-through and quotes', () => {
    expect(dom('| a | b |\n|---|--:|\n| 1 | 2 |').querySelectorAll('td')).toHaveLength(2)
    expect(dom('~~no~~').querySelector('del')?.textContent).toBe('no')
    expect(dom('> said').querySelector('blockquote')?.textContent?.trim()).toBe('said')
  })

  it('makes no page headings', () => {
    expect(html('# Big')).toBe('<p class="heading h1" dir="auto">Big</p>')
  })

  it('asks for the colours of code it does not know, and uses those it does', () => {
    const plain = render('```rs\nfn a() {}\n```', options)
    expect(plain.code).toEqual([{ language: 'rs', text: 'fn a() {}' }])
    const coloured = render('```rs\nfn a() {}\n```', {
      ...options,
      colours: () => [[{ text: 'fn', kind: 'keyword' }, { text: ' a() {}' }]],
    })
    expect(coloured.code).toEqual([])
    expect(coloured.html).toContain('<span class="tok-keyword">fn</span> a() {}')
  })
})

describe('chips', () => {
  it('show what speaks to several', () => {
    expect(html('hello @channel!')).toContain('<span class="chip me">@channel</span>!')
  })

  it('turns names into links', () => {
    const links = [...dom('@ann ask @bob.b. in #general, please').querySelectorAll('a')]
    expect(links.map((link) => [link.className, link.textContent, link.getAttribute('href')])).toEqual([
      ['chip me', '@Ann', '/dm/ann'],
      ['chip', '@Bob', '/dm/bob.b'],
      ['chip channel', '#general', '/chat/general'],
    ])
  })

  it('leaves strangers, addresses, code and colours alone', () => {
    for (const body of ['@nobody', 'ann@general.example', '`@ann`', '#fff', 'a/@ann', 'x#general']) {
      expect(dom(body).querySelector('.chip'), body).toBeNull()
    }
  })

  it('turns keys of tasks into links, of projects that the reader sees', () => {
    expect(html('see OPS-12, not WEB-12 or OPS-12a or COPS-1 or OPS-0')).toBe(
      '<p dir="auto">see <a class="chip task" href="/task/OPS-12">OPS-12</a>, not WEB-12 or OPS-12a or COPS-1 or OPS-0</p>',
    )
    expect(html('`OPS-12`')).not.toContain('/task/')
    expect(isSimple('OPS-12 is done')).toBe(false)
  })

  it('keeps names from being markup', () => {
    const evil = render('@eve', {
      ...options,
      names: {
        ...options.names,
        person: () => ({ name: '<img src=x onerror=alert(1)>', path: '/dm/eve', me: false }),
      },
    })
    expect(evil.html).not.toContain('<img')
  })
})
