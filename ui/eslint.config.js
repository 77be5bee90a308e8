import js from '@eslint/js'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import * as svelteParser from 'svelte-eslint-parser'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/** Only the index of a feature may be reached from outside of it. */
const featureIndexOnly = {
  regex: '^\\$features/[^/]+/.+',
  message: 'Use a feature through its index only ($features/<name>).',
}

export default ts.config(
  {
    ignores: [
      'build/',
      'build-launcher/',
      '.svelte-kit/',
      'src/paraglide/',
      'src/api/generated/',
      'project.inlang/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser },
      // Also for the files that are read only to follow their imports.
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.js', '.svelte'],
      'import-x/parsers': { 'svelte-eslint-parser': ['.svelte'], '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.js', '.svelte'],
          tsconfig: { configFile: './.svelte-kit/tsconfig.json' },
        }),
      ],
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'no-restricted-imports': ['error', { patterns: [featureIndexOnly] }],
      'no-console': 'error',
      eqeqeq: ['error', 'smart'],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // The compiler knows undefined names better.
      'no-undef': 'off',
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      'svelte/no-target-blank': 'error',
      // A Map that nobody draws from need not be reactive.
      'svelte/prefer-svelte-reactivity': 'off',
      // The app is always served from the root of its own address.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parser: svelteParser,
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    // The one place that turns Markdown into HTML, after DOMPurify.
    files: ['src/features/chat/markdown/Markdown.svelte'],
    rules: { 'svelte/no-at-html-tags': 'off' },
  },
  {
    files: ['src/shared/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\$features|\\$api|\\$routes)(/|$)|/(features|routes|api)/',
              message: 'shared/ stands alone.',
            },
          ],
        },
      ],
    },
  },
  {
    // The desktop app's own page: it stands on the design system and on what the desktop offers.
    files: ['src/launcher/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\$features|\\$api|\\$routes|\\$app)(/|$)|/(features|routes|api)/',
              message: 'The launcher is not part of the hub.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/platform/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^@tauri-apps/', message: 'Only src/platform knows about Tauri.' }] },
      ],
    },
  },
  {
    files: ['src/features/**', 'src/routes/**', 'src/shared/**', 'src/platform/**', 'src/launcher/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Only src/api touches the network.' },
        { name: 'WebSocket', message: 'Only src/api touches the network.' },
        { name: 'XMLHttpRequest', message: 'Only src/api touches the network.' },
      ],
    },
  },
  {
    files: ['*.config.{js,ts}', 'vitest.setup.ts'],
    languageOptions: { globals: { ...globals.node } },
  },
)
