// How much JavaScript a conversation loads before anybody can write: fails where that is more than was agreed on.

import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

const MOST = 180_000
const PAGE = '(app)/(chat)/chat/[name]/+page.svelte'

const here = (path) => resolve(import.meta.dirname, path)
const manifest = JSON.parse(readFileSync(here('.svelte-kit/output/client/.vite/manifest.json'), 'utf8'))

/** The start of the app, the page, and the layouts around it. */
function isFirst(entry) {
  if (!manifest[entry].isEntry) return false
  if (!/\/nodes\/\d+\.js$/.test(entry)) return true
  const route = /src\/routes\/(.*)"/.exec(readFileSync(here(entry), 'utf8'))?.[1] ?? ''
  return (
    route === PAGE || (/\+layout\.\w+$/.test(route) && PAGE.startsWith(route.replace(/\+layout\.\w+$/, '')))
  )
}

const loaded = new Set(Object.keys(manifest).filter(isFirst))
for (const name of loaded) for (const imported of manifest[name].imports ?? []) loaded.add(imported)

const files = [...loaded].map((name) => {
  const { file } = manifest[name]
  return { file, bytes: statSync(here(`build/${file}.br`)).size }
})
const sum = files.reduce((total, { bytes }) => total + bytes, 0)
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

files.sort((one, other) => other.bytes - one.bytes)
for (const { file, bytes } of files)
  if (bytes > MOST / 100) process.stdout.write(`${kB(bytes).padStart(10)}  ${file}\n`)
process.stdout.write(
  `${kB(sum).padStart(10)}  of compressed JavaScript in ${files.length} files before a conversation can be used; at most ${kB(MOST)}\n`,
)
if (sum > MOST) {
  process.stderr.write(
    'This is too much: load what nobody needs at once by `await import`, or see vite.chunks.ts for how it is divided.\n',
  )
  process.exitCode = 1
}
