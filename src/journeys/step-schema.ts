import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { parseInstant } from '../platform/instant.js';
import { Refusal } from '../platform/refusal.js';
import type { StepSchema } from './blueprint.js';

/** One field of a step's data that its schema refuses. */
export interface WrongField {
  readonly field: string;
  readonly message: string;
}

/** Data that a step's schema refuses: the error names every wrong field, not only the first. */
export class WrongData extends Refusal {
  constructor(
    step: string,
    readonly fields: readonly WrongField[],
  ) {
    const [first] = fields;
    super('DATA_INVALID', `The step ‘${step}’ does not take this: ${first?.field} ${first?.message}.`, {
      field: first?.field,
    });
  }

  override get extensions(): Record<string, unknown> {
    return { ...super.extensions, fields: this.fields };
  }
}

/**
 * The vocabulary of a step's schema, and where schemas stand inside schemas. Neither references nor regular
 * expressions: both let a short text cost without bound, and a reference could lead out of the blueprint.
 */
const vocabulary: Readonly<Record<string, 'value' | 'schema' | 'list' | 'map'>> = {
  ...ofForm('value', [
    ...['$schema', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
    ...['type', 'enum', 'const', 'format', 'required', 'dependentRequired', 'minProperties', 'maxProperties'],
    ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
    ...['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains'],
  ]),
  ...ofForm('schema', ['additionalProperties', 'items', 'contains', 'not', 'if', 'then', 'else', 'propertyNames']),
  ...ofForm('list', ['allOf', 'anyOf', 'oneOf', 'prefixItems']),
  ...ofForm('map', ['properties', 'dependentSchemas']),
};

function ofForm<T extends string>(form: T, words: readonly string[]): Record<string, T> {
  return Object.fromEntries(words.map((word) => [word, form]));
}

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== null,
  'date-time': (text) => parseInstant(text) !== null,
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  phone: (text) => /^\+[1-9]\d{6,14}$/.test(text),
  uri: (text) => URL.canParse(text),
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
};

/** Why a schema cannot be taken, or null. */
export function faultOfSchema(schema: StepSchema): string | null {
  const foreign = foreignKeyword(schema);
  if (foreign !== null) return `A step’s schema does not know ‘${foreign}’.`;
  try {
    compile(schema);
    return null;
  } catch (error) {
    return `This is no JSON Schema: ${(error as Error).message}.`;
  }
}

function foreignKeyword(schema: unknown): string | null {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return null;
  for (const [word, value] of Object.entries(schema)) {
    if (!Object.hasOwn(vocabulary, word)) return word;
    const form = vocabulary[word];
    const inner = form === 'schema' ? [value] : form !== 'value' && value ? Object.values(value) : [];
    for (const one of inner) {
      const found = foreignKeyword(one);
      if (found !== null) return found;
    }
  }
  return null;
}

/** A compiler of its own for each schema: nothing that one says of itself can be seen by another. */
function compile(schema: StepSchema): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    logger: false,
    ownProperties: true,
    strictRequired: false,
    strictTuples: false,
    strictTypes: false,
  });
  for (const [name, test] of Object.entries(formats)) ajv.addFormat(name, test);
  return ajv.compile(schema);
}

const compiledMax = 500;
const compiled = new Map<string, ValidateFunction>();

/** Compiling costs milliseconds, so each text is compiled once; the oldest go first. */
function validatorOf(schema: StepSchema): ValidateFunction {
  const key = JSON.stringify(schema);
  let validate = compiled.get(key);
  if (!validate) {
    validate = compile(schema);
    if (compiled.size >= compiledMax) compiled.delete(compiled.keys().next().value as string);
    compiled.set(key, validate);
  }
  return validate;
}

const wrongFieldsMax = 50;

/**
 * The fields of a step's data that its schema refuses, each once; the paths stand under `path`.
 * @param isDraft what is missing may still come: the step is not left yet
 */
export function wrongFields(
  schema: StepSchema | null,
  data: Readonly<Record<string, unknown>>,
  path: string,
  isDraft = false,
): WrongField[] {
  if (schema === null) return [];
  const validate = validatorOf(schema);
  if (validate(data)) return [];
  const found = validate.errors ?? [];
  const errors = isDraft ? standing(found) : found;
  const fields = new Map<string, WrongField>();
  for (const error of errors) {
    const field = pathOf(error, path);
    if (!fields.has(field)) fields.set(field, { field, message: error.message ?? 'is not valid' });
  }
  return [...fields.values()].slice(0, wrongFieldsMax);
}

function saysMissing(error: ErrorObject): boolean {
  return ['required', 'dependentRequired', 'minProperties'].includes(error.keyword);
}

/**
 * The errors that nothing which is still to come can mend. A choice between schemas, or a condition, is no fault as long
 * as one of its branches lacks only what is missing; then what its other branches say is none either.
 */
function standing(errors: readonly ErrorObject[]): ErrorObject[] {
  let left = errors.filter((error) => !saysMissing(error));
  // The innermost first: what a choice says depends on the choices inside it.
  const choices = left.filter(saysChoice).sort((a, b) => b.schemaPath.length - a.schemaPath.length);
  for (const choice of choices) {
    const branches = new Set(errors.flatMap((error) => branchOf(choice, error) ?? []));
    for (const error of left) branches.delete(branchOf(choice, error) ?? '');
    if (branches.size > 0) left = left.filter((error) => error !== choice && branchOf(choice, error) === null);
  }
  return left;
}

/** Of `oneOf` only when no branch fits: that several do, nothing further mends. */
function saysChoice({ keyword, params }: ErrorObject): boolean {
  return keyword === 'anyOf' || keyword === 'if' || (keyword === 'oneOf' && params['passingSchemas'] === null);
}

/** The branch of a choice that an error comes from, or null. */
function branchOf(choice: ErrorObject, { schemaPath, instancePath }: ErrorObject): string | null {
  if (!`${instancePath}/`.startsWith(`${choice.instancePath}/`)) return null;
  const own = choice.schemaPath;
  const inside =
    choice.keyword === 'if' ? `${own.slice(0, -'if'.length)}${choice.params['failingKeyword']}/` : `${own}/`;
  if (!schemaPath.startsWith(inside)) return null;
  return choice.keyword === 'if' ? inside : (schemaPath.slice(inside.length).split('/')[0] ?? null);
}

/** The field that an error is about: a missing or surplus one is named itself, not only the object that it is in. */
function pathOf(error: ErrorObject, path: string): string {
  const inner = error.instancePath.split('/').slice(1);
  const named = error.params['missingProperty'] ?? error.params['additionalProperty'];
  const keys = [...inner.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')), ...(named ? [named] : [])];
  return keys.reduce((all: string, key) => (/^\d+$/.test(key) ? `${all}[${key}]` : `${all}.${key}`), path);
}
