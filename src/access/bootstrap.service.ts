import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config.js';
import { ApiKeys } from './api-keys.service.js';
import { scopes } from './caller.js';
import { Workspaces } from './workspaces.service.js';

export const firstWorkspace = 'default';

/** Gives a new installation its first workspace and its first key. */
@Injectable()
export class Bootstrap {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly keys: ApiKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The secret of the first admin key, when this start made it: to be shown once. */
  async run(): Promise<string | null> {
    const isNew = await this.workspaces.isEmpty();
    const workspace =
      (await this.workspaces.find(firstWorkspace)) ??
      (isNew ? await this.workspaces.create({ key: firstWorkspace, name: 'Default' }) : null);
    if (workspace === null) return null;
    if (this.config.bootstrapKey) {
      await this.keys.ensure(workspace, this.config.bootstrapKey, 'bootstrap');
      return null;
    }
    if (!isNew) return null;
    return (await this.keys.make(workspace, { name: 'bootstrap', scopes })).secret;
  }
}
