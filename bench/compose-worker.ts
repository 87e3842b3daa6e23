import { parse } from 'graphql';
import { Caller, scopes } from '../src/access/caller.js';
import { Composer } from '../src/platform/composer.js';
import { readConfig } from '../src/platform/config.js';
import { Database } from '../src/platform/database.js';
import { NotComposable } from '../src/platform/selection.js';
import { createApp, openStore } from '../src/service.js';
import { contextVariables, oneQuery } from './query.js';

/**
 * Asks the service's own composer for the statement of the one query and for the values that it binds for each
 * customer. It loads the application but serves nothing.
 */
export interface ComposeTask {
  readonly phones: readonly string[];
  readonly pages: readonly number[];
  readonly workspace: number;
}

export interface ComposeAnswer {
  readonly sql: string;
  /** Values of each customer and page, in that order. */
  readonly values: unknown[][];
}

async function compose(task: ComposeTask): Promise<void> {
  const config = readConfig();
  const store = await openStore(config);
  const app = await createApp(config, store.connection);
  await app.get(Database).connect();
  await app.init();
  const composer = app.get(Composer);
  const caller = new Caller(task.workspace, 'bench', new Set(scopes));
  const document = parse(oneQuery);
  const operation = document.definitions[0];
  if (operation?.kind !== 'OperationDefinition') throw new Error('The one query is no operation.');
  let sql = '';
  const values: unknown[][] = [];
  for (const phone of task.phones) {
    for (const first of task.pages) {
      const variables = { ...contextVariables(phone, first) };
      const plan = composer.plan(document, operation, variables, caller);
      if (plan instanceof NotComposable) throw new Error(`The one query is not composable: ${plan.message}`);
      sql = plan.sql;
      values.push(await plan.values(caller, variables));
    }
  }
  process.send?.({ sql, values } satisfies ComposeAnswer, () => process.exit(0));
}

process.once('message', (task: ComposeTask) => {
  compose(task).catch((error) => {
    console.error(error);
    process.exit(1);
  });
});
