import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller, scopes } from '../../src/access/caller.js';
import { Composer, type Plan } from '../../src/platform/composer.js';
import { ruleOf } from '../../src/platform/field-access.js';
import { startTestService, type TestService } from '../setup/service.js';
import { schemaOf } from './schema-walk.js';

/** `UPDATE_DOCS=1 npx vitest run test/access/visibility.test.ts` writes the table anew. */
const isUpdating = Boolean(process.env['UPDATE_DOCS']);
const file = path.resolve(import.meta.dirname, '../../docs/visibility.md');

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

type AnyField = GraphQLField<unknown, unknown>;

/** Types that only carry others: each of their fields is as visible as what leads to it. */
const carriers = /^(Query|Mutation|Subscription|PageInfo|_.*)$|(Connection|Edge|Payload)$/;

function objectTypes(): GraphQLObjectType[] {
  const all = Object.values(schemaOf(it).getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  );
  return (all as GraphQLObjectType[]).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The shortest way from a question that is composed to each type, as text around what is asked of it. */
function ways(): ReadonlyMap<string, (inner: string) => string> {
  const id = (prefix: string) => `"${prefix}_${'0'.repeat(32)}"`;
  const roots: Record<string, string> = {
    customer: 'customer(identifier: { type: "email", value: "a@example.com" })',
    touchpoint: `touchpoint(id: ${id('tp')})`,
    issue: `issue(id: ${id('iss')})`,
    journey: `journey(id: ${id('jrn')})`,
    segment: 'segment(key: "a")',
  };
  const query = schemaOf(it).getQueryType() as GraphQLObjectType;
  const found = new Map<string, (inner: string) => string>();
  const queue = Object.entries(roots).map(([name, text]) => ({
    type: getNamedType((query.getFields()[name] as AnyField).type),
    around: (inner: string) => `{ ${text} ${inner} }`,
  }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { type, around } = next;
    if (!isObjectType(type) || found.has(type.name)) continue;
    found.set(type.name, around);
    for (const field of Object.values(type.getFields())) {
      if (field.args.some((argument) => String(argument.type).endsWith('!') && argument.defaultValue === undefined))
        continue;
      queue.push({ type: getNamedType(field.type), around: (inner) => around(`{ ${field.name} ${inner} }`) });
    }
  }
  return found;
}

/** Whether a field leaves the database otherwise for a caller to whom personal data goes out masked; null if nobody asks it so. */
function isMasked(field: AnyField, way: ((inner: string) => string) | undefined): boolean | null {
  if (!way || isObjectType(getNamedType(field.type))) return null;
  const statement = (masked: boolean): string | null => {
    const document = parse(way(`{ ${field.name} }`));
    const operation = document.definitions[0];
    if (operation?.kind !== 'OperationDefinition') throw new Error('A question is an operation.');
    const caller = new Caller(it.workspace, 'test', new Set(scopes), null, masked);
    const plan = it.service.app.get(Composer).plan(document, operation, {}, caller);
    return plan instanceof Error ? null : (plan as Plan).sql;
  };
  const [open, masked] = [statement(false), statement(true)];
  return open === null ? null : open !== masked;
}

const names = (fields: readonly AnyField[]) => fields.map((field) => `\`${field.name}\``).join(' ') || '–';

function table(): string {
  const known = ways();
  const rows = objectTypes()
    .filter((type) => !carriers.test(type.name))
    .map((type) => {
      const fields = Object.values(type.getFields()).sort((a, b) => (a.name < b.name ? -1 : 1));
      const shown = fields.filter((field) => ruleOf(type, field).customer);
      const hidden = fields.filter((field) => !ruleOf(type, field).customer);
      const masked = fields.filter((field) => isMasked(field, known.get(type.name)));
      return `| ${type.name} | ${names(shown)} | ${names(hidden)} | ${names(masked)} |`;
    });
  const roots = ['Query', 'Mutation'].flatMap((name) => {
    const type = schemaOf(it).getType(name) as GraphQLObjectType;
    return Object.values(type.getFields())
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((field) => {
        const rule = ruleOf(type, field);
        const kind = name === 'Query' ? 'asks' : 'acts';
        return `| \`${field.name}\` | ${kind} | \`${rule.scope}\` | ${rule.customer ? 'of her own' : 'no'} |`;
      });
  });
  return `## Fields

| type | shown to customers too | staff and systems only | masked for masked keys |
| --- | --- | --- | --- |
${rows.join('\n')}

## Questions and acts

| field | | scope | customer |
| --- | --- | --- | --- |
${roots.join('\n')}
`;
}

test('who sees which field stands in the documents, for every field of the schema: a new one is a decision', () => {
  const document = readFileSync(file, 'utf8');
  const [head = ''] = document.split('\n## Fields\n');
  const found = `${head}\n${table()}`;
  if (isUpdating) writeFileSync(file, found);
  else expect(document).toBe(found);
});

test('masking reaches every field of free text that a customer’s words may stand in', () => {
  const known = ways();
  const free = {
    Touchpoint: ['subject', 'summary', 'attributes'],
    Issue: ['subject', 'description', 'resolution'],
    Journey: ['state'],
    Customer: ['displayName', 'traits'],
    Identifier: ['value', 'rawValue'],
  };
  for (const [name, fields] of Object.entries(free)) {
    const type = schemaOf(it).getType(name) as GraphQLObjectType;
    for (const field of fields) {
      expect(isMasked(type.getFields()[field] as AnyField, known.get(name)), `${name}.${field}`).toBe(true);
    }
  }
});
