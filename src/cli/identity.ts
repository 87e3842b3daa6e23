import { readFileSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { coerceInputValue, isInputType } from 'graphql';
import { IdentitySettingsService } from '../identity/identity-settings.service.js';
import type {
  IdentitySettings,
  IdentitySettingsPreview,
  UpdateIdentitySettingsInput,
} from '../identity/identity-settings.types.js';
import { IdentitySettingsPreviews } from '../identity/identity-settings-preview.service.js';
import { type Command, requireText, UsageError, withServices } from './command.js';
import { callerOf, workspaceOption } from './workspace-option.js';

export const showIdentity: Command = {
  usage: '[--workspace default]',
  does: 'Shows the identifier types and rules of a workspace.',
  options: workspaceOption,
  async run(_, values) {
    const settings = await withServices(async (app) =>
      app.get(IdentitySettingsService).read(await callerOf(app, values)),
    );
    return { text: [table(settings), ...stateOf(settings)].join('\n'), data: words(settings) };
  },
};

export const setIdentity: Command = {
  usage: '--file settings.json [--preview] [--reapply] [--workspace default]',
  does: 'Says whom a change touches, and makes it unless --preview; `--file -` reads standard input.',
  options: {
    ...workspaceOption,
    file: { type: 'string' },
    preview: { type: 'boolean' },
    reapply: { type: 'boolean' },
  },
  async run(_, values) {
    const wish = readJson(requireText(values, 'file'));
    return withServices(async (app) => {
      const caller = await callerOf(app, values);
      const input = await coerced(app, wish);
      const preview = await app.get(IdentitySettingsPreviews).preview(caller, input);
      if (values['preview'] === true) return { text: effects(preview, 'Would touch'), data: preview };
      const service = app.get(IdentitySettingsService);
      const changed = await service.update(caller, input);
      const settings = values['reapply'] === true ? await service.reapply(caller) : changed;
      const text = [`Changed to version ${settings.version}.`, effects(preview, 'Touches'), ...stateOf(settings)];
      return { text: text.join('\n'), data: { ...words(settings), preview } };
    });
  },
};

export const reapplyIdentity: Command = {
  usage: '[--workspace default]',
  does: 'Brings stored identifiers into the form of changed rules, in the background.',
  options: workspaceOption,
  async run(_, values) {
    const settings = await withServices(async (app) =>
      app.get(IdentitySettingsService).reapply(await callerOf(app, values)),
    );
    const nothing = 'Nothing waits: stored identifiers are as the rules say.';
    return { text: stateOf(settings).join('\n') || nothing, data: words(settings) };
  },
};

/** Whom a change touches, some of them by name. */
function effects(preview: IdentitySettingsPreview, would: string): string {
  const { checked, renamed, blocked, colliding, customersOverLimit, removedTypesInUse, isComplete, sample } = preview;
  const counts = [
    `${renamed} identifiers get another value`,
    `${colliding} of them that of another customer’s`,
    `${blocked} are blocked or invalid`,
    `${customersOverLimit} customers are over a limit`,
  ];
  return [
    `${would} (${checked} stored identifiers looked at${isComplete ? '' : ', there are more'}): ${counts.join(', ')}.`,
    ...removedTypesInUse.map((type) => `${type} cannot go: identifiers of it are stored.`),
    ...sample.map(({ effect, type, value, newValue, customerIds }) =>
      [`  ${effect.padEnd(10)}`, type, value ?? '', newValue === null ? '' : `→ ${newValue}`, customerIds.join(' ')]
        .filter((part) => part !== '')
        .join(' '),
    ),
  ].join('\n');
}

/** What waits for the running service, and how far it is. */
function stateOf({ needsReapplication, reapplication }: IdentitySettings): string[] {
  if (reapplication && reapplication.state !== 'DONE') {
    const { state, checked, renamed, detached, folded, merged, reported } = reapplication;
    return [
      `Reapplying (${state}): ${checked} looked at, ${renamed} renamed, ${detached} detached, ${folded} folded, ` +
        `${merged} merged, ${reported} reported. The running service does it.`,
    ];
  }
  return needsReapplication ? ['Stored identifiers are found by either form until `identity reapply`.'] : [];
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON: ${(error as Error).message}`);
  }
}

/** The same input as the API takes, checked by the same schema; what only `show` tells is left out. */
async function coerced(app: INestApplicationContext, wish: unknown): Promise<UpdateIdentitySettingsInput> {
  // The schema is built when the application starts; nothing listens by that.
  await app.init();
  const type = app.get(GraphQLSchemaHost).schema.getType('UpdateIdentitySettingsInput');
  if (!isInputType(type)) throw new Error('The schema has no input for identity settings.');
  const { needsReapplication, reapplication, updatedAt, updatedBy, ...given } = Object(wish);
  return coerceInputValue(given, type, (path, _, error) => {
    throw new UsageError(`${['input', ...path].join('.')}: ${error.message}`);
  }) as UpdateIdentitySettingsInput;
}

/** With the words of the API for how values are compared and what happens to one too many. */
function words(settings: IdentitySettings): object {
  const types = settings.types.map(({ name, priority, limitPerCustomer, windowDays, isUnique, isScoped, ...type }) => ({
    name,
    priority,
    limitPerCustomer,
    windowDays,
    isUnique,
    isScoped,
    comparison: type.comparison.toUpperCase(),
    overflow: type.overflow.toUpperCase(),
    blockedValues: type.blockedValues,
    blockedPatterns: type.blockedPatterns,
  }));
  return { ...settings, types };
}

function table(settings: IdentitySettings): string {
  const rows = settings.types.map((type) =>
    [
      type.name.padEnd(20),
      String(type.priority).padStart(3),
      String(type.limitPerCustomer).padStart(6),
      (type.windowDays === null ? '' : `${type.windowDays} days`).padStart(10),
      `  ${type.isUnique ? 'unique, ' : ''}${type.isScoped ? 'by account, ' : ''}${type.comparison}, ${type.overflow}`,
    ].join(' '),
  );
  const folds = [settings.foldsEmailPlus ? 'plus' : '', settings.foldsEmailDots ? 'dots' : ''].filter((one) => one);
  return [
    `version ${settings.version}, region ${settings.defaultRegion}, e-mail folding: ${folds.join(' and ') || 'off'}`,
    `${'type'.padEnd(20)} pri  limit     window  rules`,
    ...rows,
  ].join('\n');
}
