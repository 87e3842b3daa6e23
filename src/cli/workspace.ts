import { Workspaces } from '../access/workspaces.service.js';
import { type Command, optionalText, UsageError, withServices } from './command.js';

export const createWorkspace: Command = {
  usage: '<key> [--name "…"] [--region US]',
  does: 'Makes a workspace (tenant).',
  options: { name: { type: 'string' }, region: { type: 'string' } },
  async run([key], values) {
    if (!key) throw new UsageError('Name the workspace’s key: throughline workspace create acme.');
    const wish = { key, name: optionalText(values, 'name'), defaultRegion: optionalText(values, 'region') };
    const id = await withServices((app) => app.get(Workspaces).create(wish));
    return { text: `Made the workspace ${key}.`, data: { key, id } };
  },
};
