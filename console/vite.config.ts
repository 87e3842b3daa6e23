import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The console becomes plain files, which the service serves: nothing of this runs in production. */
export default defineConfig({
  root: here,
  base: '/console/',
  // The service writes a fresh one into each answer.
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: path.resolve(here, '../dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Never as data URLs: the policy of the page allows files of the service only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
});
