import { defineConfig } from '@hey-api/openapi-ts'

export default defineConfig({
  input: './openapi.json',
  output: './src/api/generated',
  plugins: [
    '@hey-api/client-fetch',
    '@hey-api/typescript',
    // Browsers authenticate by cookie, which is nothing the client could add.
    { name: '@hey-api/sdk', auth: false },
  ],
})
