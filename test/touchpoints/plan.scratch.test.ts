import { test } from 'vitest';
import { migrate } from '../../src/platform/migrate.js';
test('m', async () => { await migrate('postgres://postgres@127.0.0.1:55615/bench'); });
