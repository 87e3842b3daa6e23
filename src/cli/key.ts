import { ApiKeys } from '../access/api-keys.service.js';
import { firstWorkspace } from '../access/bootstrap.service.js';
import { Workspaces } from '../access/workspaces.service.js';
import { parseInstant } from '../platform/instant.js';
import { type Command, optionalText, requireText, UsageError, withServices } from './command.js';

export const createKey: Command = {
  usage: '--name "…" --scopes a,b [--workspace default] [--expires …]',
  does: 'Makes an API key and shows it once.',
  options: {
    name: { type: 'string' },
    scopes: { type: 'string' },
    workspace: { type: 'string' },
    expires: { type: 'string' },
    masked: { type: 'boolean' },
  },
  async run(_, values) {
    const name = requireText(values, 'name');
    const scopes = requireText(values, 'scopes').split(',');
    const workspaceKey = optionalText(values, 'workspace') ?? firstWorkspace;
    const expiresAt = optionalText(values, 'expires') ?? null;
    if (expiresAt !== null && parseInstant(expiresAt) === null) {
      throw new UsageError('--expires takes a time such as 2027-01-01T00:00:00Z.');
    }
    const made = await withServices(async (app) => {
      const workspace = await app.get(Workspaces).find(workspaceKey);
      if (workspace === null) throw new Error(`There is no workspace ${workspaceKey}.`);
      return app.get(ApiKeys).make(workspace, { name, scopes, expiresAt, masked: values['masked'] === true });
    });
    const data = { secret: made.secret, prefix: made.key.prefix, scopes, workspace: workspaceKey, expiresAt };
    return { text: `${made.secret}\nShown this once; it is stored hashed.`, data };
  },
};
