import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { isObject, type JsonObject } from '../json-value.js';

/** One operation of a JSON Patch (RFC 6902), its pointers taken apart. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: readonly string[];
  readonly from: readonly string[];
  readonly value: unknown;
}

const words = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const;

/** Reads a patch; a refusal names the operation as `<field>[2]`. */
export function readPatch(patch: unknown, field: string): PatchOperation[] {
  if (!Array.isArray(patch)) throw new Refusal('INPUT_INVALID', 'A JSON Patch is a list of operations.', { field });
  const limit = limits.patchOperationsMax;
  if (patch.length > limit) {
    throw new Refusal('TOO_MANY', `A patch has at most ${limit} operations.`, { field, limit });
  }
  return patch.map((operation: unknown, i) => readOperation(operation, `${field}[${i}]`));
}

function readOperation(operation: unknown, field: string): PatchOperation {
  if (!isObject(operation)) throw new Refusal('INPUT_INVALID', 'An operation is an object.', { field });
  const op = words.find((word) => word === operation['op']);
  if (!op) throw new Refusal('INPUT_INVALID', `An operation’s op is one of ${words.join(', ')}.`, { field });
  if (['add', 'replace', 'test'].includes(op) && operation['value'] === undefined) {
    throw new Refusal('TOO_FEW', `The operation ${op} has a value.`, { field, limit: 1 });
  }
  const isMoving = op === 'move' || op === 'copy';
  return {
    op,
    path: pointer(operation['path'], `${field}.path`),
    from: isMoving ? pointer(operation['from'], `${field}.from`) : [],
    value: operation['value'],
  };
}

/** A JSON Pointer (RFC 6901) as the names on its way. */
function pointer(text: unknown, field: string): string[] {
  if (typeof text !== 'string' || !/^(\/|$)/.test(text) || /~(?![01])/.test(text)) {
    throw new Refusal('INPUT_INVALID', 'A JSON Pointer is empty or begins with a slash.', { field });
  }
  return text
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * Applies a patch to a value out of JSON, which stays as it is.
 * @throws Refusal when an operation does not fit, naming it as `<field>[2]`
 */
export function applyPatch(document: unknown, patch: readonly PatchOperation[], field: string): unknown {
  return patch.reduce((value, operation, i) => {
    const misfit = (why: string) => new Refusal('INPUT_INVALID', why, { field: `${field}[${i}]` });
    return apply(value, operation, misfit);
  }, document);
}

type Misfit = (why: string) => Refusal;

function apply(document: unknown, { op, path, from, value }: PatchOperation, misfit: Misfit): unknown {
  const at = (place: readonly string[]) => place.reduce((inner, name) => childOf(inner, name, misfit), document);
  switch (op) {
    case 'add':
      return added(document, path, value, misfit);
    case 'remove':
      at(path);
      return removed(document, path, misfit);
    case 'replace':
      at(path);
      return path.length === 0 ? value : added(removed(document, path, misfit), path, value, misfit);
    case 'copy':
      return added(document, path, at(from), misfit);
    case 'move':
      if (path.length > from.length && from.every((name, i) => path[i] === name)) {
        throw misfit('A value cannot be moved into itself.');
      }
      return added(removed(document, from, misfit), path, at(from), misfit);
    case 'test':
      if (canonical(at(path)) !== canonical(value)) throw misfit('The value is another one than the patch tests for.');
      return document;
  }
}

function childOf(value: unknown, name: string, misfit: Misfit): unknown {
  const isThere = Array.isArray(value)
    ? /^(0|[1-9]\d*)$/.test(name) && Number(name) < value.length
    : isObject(value) && Object.hasOwn(value, name);
  if (!isThere) throw misfit(`There is nothing at ${name}.`);
  return (value as JsonObject)[name];
}

/** A copy of the containers on the way, with another value at its end. */
function changed(
  value: unknown,
  path: readonly string[],
  misfit: Misfit,
  change: (container: unknown[] | Map<string, unknown>, name: string) => void,
): unknown {
  const [name = '', ...rest] = path;
  const container = Array.isArray(value) ? [...value] : isObject(value) ? new Map(Object.entries(value)) : null;
  if (!container) throw misfit(`There is nothing that could hold ${name}.`);
  if (rest.length === 0) change(container, name);
  else {
    const child = changed(childOf(value, name, misfit), rest, misfit, change);
    if (Array.isArray(container)) container[Number(name)] = child;
    else container.set(name, child);
  }
  return Array.isArray(container) ? container : Object.fromEntries(container);
}

function added(document: unknown, path: readonly string[], value: unknown, misfit: Misfit): unknown {
  if (path.length === 0) return value;
  return changed(document, path, misfit, (container, name) => {
    if (!Array.isArray(container)) {
      container.set(name, value);
      return;
    }
    const place = name === '-' ? container.length : Number(name);
    if (name !== '-' && (!/^(0|[1-9]\d*)$/.test(name) || place > container.length)) {
      throw misfit(`${name} is no place in this list.`);
    }
    container.splice(place, 0, value);
  });
}

function removed(document: unknown, path: readonly string[], misfit: Misfit): unknown {
  if (path.length === 0) return null;
  return changed(document, path, misfit, (container, name) => {
    if (Array.isArray(container)) container.splice(Number(name), 1);
    else container.delete(name);
  });
}

/** Equal for equal values, whatever the order of their keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`;
}
