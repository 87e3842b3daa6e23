import { defineConfig } from 'vitest/config';

/** What needs a browser, apart from the other tests: they run on any machine. */
export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/browser/*.browser.ts'],
    globalSetup: ['test/browser/needs-browser.ts', 'test/setup/global.ts'],
    testTimeout: 90_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
    reporters: ['default', './test/setup/count-reporter.ts'],
  },
});
