import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const source = (folder: string) => resolve(import.meta.dirname, 'src', folder)

/** The workspace's version: the one that the program says of itself. */
function version(): string {
  const workspace = readFileSync(resolve(import.meta.dirname, '../Cargo.toml'), 'utf8')
  return /^version = "(.+)"/m.exec(workspace)?.[1] ?? ''
}

/** The desktop app's own page: plain files without routes, which the app carries in itself. */
export default defineConfig({
  root: source('launcher'),
  base: './',
  publicDir: false,
  define: { 'import.meta.env.VITE_HEARTH_VERSION': JSON.stringify(version()) },
  plugins: [
    paraglideVitePlugin({
      project: resolve(import.meta.dirname, 'project.inlang'),
      outdir: source('paraglide'),
      strategy: ['baseLocale'],
      emitGitIgnore: false,
    }),
    svelte({ configFile: false, preprocess: vitePreprocess() }),
  ],
  resolve: {
    alias: {
      $platform: source('platform'),
      $shared: source('shared'),
      $paraglide: source('paraglide'),
    },
  },
  build: {
    outDir: resolve(import.meta.dirname, 'build-launcher'),
    emptyOutDir: true,
    // The oldest web views that Tauri runs on here: WebKitGTK 2.44, Safari 17.5, Edge.
    cssTarget: ['chrome123', 'safari17.5'],
    modulePreload: false,
  },
})
