import type { INestApplicationContext } from '@nestjs/common';
import { firstWorkspace } from '../access/bootstrap.service.js';
import { Caller } from '../access/caller.js';
import { Workspaces } from '../access/workspaces.service.js';
import { optionalText, type Values } from './command.js';

export const workspaceOption = { workspace: { type: 'string' } } as const;

/** Who acts when the operator does: the one who may manage the workspace that is named, or the first one. */
export async function callerOf(app: INestApplicationContext, values: Values): Promise<Caller> {
  const key = optionalText(values, 'workspace') ?? firstWorkspace;
  const workspace = await app.get(Workspaces).find(key);
  if (workspace === null) throw new Error(`There is no workspace ${key}.`);
  return new Caller(workspace, 'cli', new Set(['admin']));
}
