import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The panel becomes one classic script with a name that stays, for one script tag on somebody else’s page. */
export default defineConfig({
  root: here,
  publicDir: false,
  build: {
    outDir: path.resolve(here, '../dist/console/embed'),
    emptyOutDir: true,
    target: 'es2022',
    lib: {
      entry: path.resolve(here, 'src/panel/main.ts'),
      formats: ['iife'],
      name: 'throughlinePanel',
      fileName: () => 'throughline-customer.js',
    },
  },
});
