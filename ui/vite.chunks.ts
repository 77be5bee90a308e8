import { rolldown, type InputOptions, type OutputChunk } from 'rolldown'
import type { Plugin } from 'vite'

/** Vite writes the calls of this one in when all is compiled. */
const PRELOADING = '\0vite/preload-helper.js'
const ROUTES = 'src/routes/'
const CONVERSATION = '(app)/(chat)/chat/[name]/+page.svelte'

/**
 * What a conversation loads first comes as these files: each has what the pages named here need and the files before it lack, the last one
 * the rest. As two hundred small files it would weigh a sixth more; as a single one, signing in would load the chat.
 */
const PARTS: readonly { name: string; pages: RegExp }[] = [
  { name: 'start', pages: /^\(public\)\// },
  {
    name: 'team',
    pages: /^\(app\)\/(\+layout|settings\/|admin\/|files\/|search\/|\(tasks\)\/tasks\/\+page)/,
  },
  { name: 'conversation', pages: /^/ },
]

/** What is fetched on every page once it is quiet comes as one file, too: by the parts that are asked for then. */
const SOON = {
  name: 'soon',
  parts:
    /features\/(shell\/palettes|notifications\/Notifier|tasks\/making\/commands|emoji\/(book|EmojiPanel)|chat\/(sending\/across|composer\/FormatBar|messages\/MessageToolbar|channels\/(Create\w+|Browse\w+|NewDirect)Dialog))\./,
}

/**
 * Divides what a conversation loads first. What a page needs is known only when all that nothing uses is left out: by its imports alone, an
 * index that a page takes one component from would bring everything that it names. So the compiled modules are bundled once beforehand, in
 * memory, to see how they come apart.
 */
export function firstLoad(): Plugin {
  const parts = new Map([[PRELOADING, 'start']])
  const resolutions = new Map<string, string | false>()
  let given: InputOptions = {}
  let isServer = false
  return {
    name: 'hearth:first-load',
    apply: 'build',
    configResolved: (config) => void (isServer = Boolean(config.build.ssr)),
    options(options) {
      if (isServer) return null
      given = options as InputOptions
      // Needed where groups do not bring along whatever their modules import.
      return { ...options, preserveEntrySignatures: 'allow-extension' }
    },
    outputOptions(options) {
      if (isServer) return null
      return {
        ...options,
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: (id) => parts.get(id) ?? null }],
        },
      }
    },
    resolveId: {
      order: 'pre',
      async handler(source, importer, options) {
        if (isServer || !importer) return null
        const resolved = await this.resolve(source, importer, { ...options, skipSelf: true })
        if (resolved) resolutions.set(`${importer}\n${source}`, !resolved.external && resolved.id)
        return resolved
      },
    },
    async buildEnd(error) {
      if (isServer || error) return
      const { input, platform, transform, treeshake } = given
      const bundle = await rolldown({
        ...{ input, platform, transform, treeshake },
        preserveEntrySignatures: 'allow-extension',
        logLevel: 'silent',
        plugins: [
          {
            name: 'hearth:compiled',
            resolveId(source, importer) {
              const id = importer === undefined ? source : resolutions.get(`${importer}\n${source}`)
              return id === false ? { id: source, external: true } : id
            },
            load: (id) => {
              const info = this.getModuleInfo(id)
              return { code: info?.code ?? '', moduleType: 'js', moduleSideEffects: info?.moduleSideEffects }
            },
          },
        ],
      })
      const { output } = await bundle.generate({ format: 'esm' })
      await bundle.close()
      const chunks = output.filter((file) => file.type === 'chunk')
      divide(chunks, (id) => this.getModuleInfo(id)?.importedIds ?? [], parts)
    },
  }
}

function divide(
  chunks: readonly OutputChunk[],
  importsOf: (id: string) => readonly string[],
  parts: Map<string, string>,
) {
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  /** Each entry with its file under routes; the start of the app has none. */
  const entries = chunks
    .filter((chunk) => chunk.isEntry)
    .map((chunk) => ({
      chunk,
      route: importsOf(chunk.facadeModuleId ?? '')
        .find((id) => id.includes(ROUTES))
        ?.split(ROUTES)[1],
    }))
  const loadedBy = (loaded: Set<OutputChunk>) => {
    for (const chunk of loaded)
      for (const file of chunk.imports) {
        const imported = byFile.get(file)
        if (imported) loaded.add(imported)
      }
    return [...loaded].flatMap((chunk) => chunk.moduleIds)
  }
  /** Every module that a page needs, with the layouts around it. */
  const neededBy = (page: string) => {
    const isAround = (route: string) => route === page || page.startsWith(route.replace(/\+layout\.\w+$/, ''))
    const around = entries.filter(({ route }) => route === undefined || isAround(route))
    return loadedBy(new Set(around.map(({ chunk }) => chunk)))
  }
  const pages = entries.flatMap(({ route }) => route ?? [])
  const first = new Set(neededBy(CONVERSATION))
  for (const part of PARTS) {
    const needed = pages.filter((page) => part.pages.test(page)).flatMap(neededBy)
    for (const id of needed) if (first.has(id) && !parts.has(id)) parts.set(id, part.name)
  }
  // What another page needs at once stays by itself: that page should not fetch all this.
  const atOnce = new Set(pages.flatMap(neededBy))
  const soon = chunks.filter((chunk) => chunk.isDynamicEntry && SOON.parts.test(chunk.facadeModuleId ?? ''))
  for (const id of loadedBy(new Set(soon))) if (!parts.has(id) && !atOnce.has(id)) parts.set(id, SOON.name)
}
