import adapter from '@sveltejs/adapter-static'
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

/** @type {import('@sveltejs/kit').Config} */
const config = {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true),
  },
  kit: {
    // One fallback page serves every URL; the server embeds the folder and never renders.
    adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html', precompress: true }),
    alias: {
      $api: 'src/api',
      $platform: 'src/platform',
      $shared: 'src/shared',
      $features: 'src/features',
      $paraglide: 'src/paraglide',
    },
  },
}

export default config
