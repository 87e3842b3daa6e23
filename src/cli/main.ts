#!/usr/bin/env node
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Refusal } from '../platform/refusal.js';
import { type Command, UsageError, type Values } from './command.js';
import { doctor } from './doctor.js';
import { exportFile } from './export.js';
import { reapplyIdentity, setIdentity, showIdentity } from './identity.js';
import { importFile } from './import.js';
import { createKey } from './key.js';
import { match } from './match.js';
import { matchEstimate } from './match-estimate.js';
import { migrateStore } from './migrate.js';
import { createWorkspace } from './workspace.js';

const commands: Readonly<Record<string, Command>> = {
  migrate: migrateStore,
  'workspace create': createWorkspace,
  'key create': createKey,
  'identity show': showIdentity,
  'identity set': setIdentity,
  'identity reapply': reapplyIdentity,
  import: importFile,
  export: exportFile,
  match,
  'match estimate': matchEstimate,
  doctor,
};

const help = `throughline <command> [options]

${Object.entries(commands)
  .map(([name, command]) => `  ${`${name} ${command.usage}`.trim().padEnd(62)}  ${command.does}`)
  .join('\n')}

Every command takes --json for output that programs read, and --help.
The database is the one of DATABASE_URL, else the embedded one in DATA_DIR (./data).
Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but for what was refused.
`;

async function run(args: readonly string[]): Promise<number> {
  const name = [args.slice(0, 2).join(' '), args[0] ?? ''].find((one) => Object.hasOwn(commands, one));
  if (args.includes('--help') || args.length === 0) {
    process.stdout.write(help);
    return args.length === 0 ? 2 : 0;
  }
  const command = name === undefined ? undefined : commands[name];
  if (name === undefined || !command) throw new UsageError(`There is no command ${args[0]}.`);
  const { values, positionals } = parseArgs({
    args: args.slice(name.split(' ').length),
    options: { ...command.options, json: { type: 'boolean' } },
    allowPositionals: true,
    strict: true,
  });
  const given: Values = values;
  const output = await command.run(positionals, given);
  process.stdout.write(given['json'] === true ? `${JSON.stringify(output.data, null, 2)}\n` : `${output.text}\n`);
  return output.exitCode ?? (output.failed ? 1 : 0);
}

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isUsage =
      error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
    const where = error instanceof Refusal && error.where.field ? `${error.where.field}: ` : '';
    process.stderr.write(`${where}${error instanceof Error ? error.message : String(error)}\n`);
    if (isUsage) process.stderr.write('See throughline --help.\n');
    process.exit(isUsage ? 2 : 1);
  },
);
