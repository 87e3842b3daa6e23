import pg from 'pg';
import type { Asker } from './asker.js';
import { parameterText } from './parameter-text.js';

/** What the values of a statement are taken from when it runs. */
export interface Request {
  readonly asker: Asker;
  /** The arguments of each field that has some, in the order in which the statement was written. */
  readonly args: readonly Readonly<Record<string, unknown>>[];
  readonly facts: ReadonlyMap<Fact<unknown>, unknown>;
  /** The inner ids of the things asked for, where a statement answers for nodes. */
  readonly ids: readonly string[];
}

/** A value: bound when the statement runs, so it can never become SQL text. */
export type Bound = (request: Request) => unknown;

/** Something that must be known before the values can be bound, such as the rules of a workspace. Loaded once a query. */
export class Fact<T> {
  constructor(readonly load: (asker: Asker) => T | Promise<T>) {}
}

/** A piece of SQL text with the values that it needs. */
export class Sql {
  constructor(readonly parts: readonly (string | Bound)[]) {}
}

/** SQL with nested pieces and bound values: an insert is never text of a caller. */
export function sql(text: TemplateStringsArray, ...inserts: (Sql | Bound)[]): Sql {
  return new Sql(
    text.flatMap((part, i) => {
      const insert = inserts[i];
      if (insert === undefined) return [part];
      return insert instanceof Sql ? [part, ...insert.parts] : [part, insert];
    }),
  );
}

/** Text that we wrote ourselves; never give it anything of a caller. */
export function raw(text: string): Sql {
  return new Sql([text]);
}

export const nothing = raw('');

export function join(pieces: readonly Sql[], separator: string): Sql {
  return new Sql(pieces.flatMap((piece, i) => (i === 0 ? piece.parts : [separator, ...piece.parts])));
}

/** The caller's workspace: every table reference carries it, so each statement can run on one shard. */
export const workspace: Bound = (request) => request.asker.workspace;

/** The profile id that a portal token is bound to. */
export const ownProfile: Bound = (request) => request.asker.customer;

/** Whether that token is a visitor’s. */
export const isVisitor: Bound = (request) => request.asker.isVisitor;

/** The word for a small code: codes are places in an append-only list. */
export function word(code: string, words: readonly string[]): Sql {
  return raw(`('{${words.join()}}'::text[])[${code} + 1]`);
}

/** The statement's text with numbered parameters, and the parameters in that order. */
export function render(piece: Sql): { text: string; params: Bound[] } {
  const numbers = new Map<Bound, number>();
  let text = '';
  for (const part of piece.parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    let number = numbers.get(part);
    if (number === undefined) {
      number = numbers.size + 1;
      numbers.set(part, number);
    }
    text += `$${number}`;
  }
  return { text, params: [...numbers.keys()] };
}

/** The statement with its values written into it as literals, for the few commands that take no parameters. */
export function written(piece: Sql, request: Request): string {
  const literal = (value: unknown) => {
    const text = parameterText(value);
    return text === null ? 'null' : pg.escapeLiteral(text);
  };
  return piece.parts.map((part) => (typeof part === 'string' ? part : literal(part(request)))).join('');
}
