import { readCommandConfig } from '../platform/config.js';
import { migrate } from '../platform/migrate.js';
import { openStore } from '../service.js';
import type { Command } from './command.js';

export const migrateStore: Command = {
  usage: '',
  does: 'Brings the database to this version.',
  options: {},
  async run() {
    const store = await openStore(readCommandConfig());
    try {
      const ran = await migrate(store.ownerUrl);
      const text = ran.length === 0 ? 'The database is at this version.' : `Ran ${ran.join(', ')}.`;
      return { text, data: { ran } };
    } finally {
      await store.stop();
    }
  },
};
