import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: dirname(fileURLToPath(import.meta.url)),
  // Relative addresses: a proxy may put the page below any path.
  base: './',
  // Everything is a file of this server's: the page's policy allows no `data:` addresses.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, emptyOutDir: true },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
})
