import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { sveltekit } from '@sveltejs/kit/vite'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'
import { firstLoad } from './vite.chunks.ts'
import { emojiData } from './vite.emoji.ts'
import { oneLanguage } from './vite.messages.ts'

const hearth = process.env.HEARTH_URL ?? 'http://127.0.0.1:4327'

export default defineConfig({
  plugins: [
    // Tests use what `npm run messages` compiled: the plugin's watcher would keep them from ending.
    !process.env.VITEST &&
      paraglideVitePlugin({
        project: './project.inlang',
        outdir: './src/paraglide',
        strategy: ['baseLocale'],
        emitGitIgnore: false,
      }),
    oneLanguage(),
    emojiData(),
    firstLoad(),
    sveltekit(),
    svelteTesting(),
  ],
  build: {
    // All of these have light-dark(); for older ones Vite would replace it by something that does not nest.
    target: ['chrome123', 'firefox120', 'safari17.5'],
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      // The server checks Origin, so the proxied request claims the server's own.
      '/api': { target: hearth, changeOrigin: true, ws: true, headers: { origin: hearth } },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['./vitest.setup.ts'],
  },
})
