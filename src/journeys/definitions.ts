import type { EntityManager } from 'typeorm';
import type { Definition } from './blueprint.js';
import { findDefinitions, type VersionRef } from './blueprint.queries.js';

/** A version of a blueprint never changes, so each is read once; the oldest go first. */
const rememberedMax = 500;
const remembered = new Map<string, Definition>();

export const versionKey = ({ blueprint, version }: VersionRef) => `${blueprint} ${version}`;

/** The definitions of versions that exist, by `versionKey`. */
export async function definitionsOf(
  db: EntityManager,
  workspace: number,
  versions: readonly VersionRef[],
): Promise<ReadonlyMap<string, Definition>> {
  const wanted = new Map(versions.map((ref) => [versionKey(ref), ref]));
  const missing = [...wanted].filter(([key]) => !remembered.has(`${workspace} ${key}`)).map(([, ref]) => ref);
  const found = missing.length > 0 ? await findDefinitions(db, workspace, missing) : [];
  const read = new Map(found.map((row) => [versionKey(row), row.definition]));
  for (const [key, definition] of read) {
    if (remembered.size >= rememberedMax) remembered.delete(remembered.keys().next().value as string);
    remembered.set(`${workspace} ${key}`, definition);
  }
  const all = [...wanted.keys()].map((key) => [key, read.get(key) ?? remembered.get(`${workspace} ${key}`)] as const);
  return new Map(all.filter((entry): entry is [string, Definition] => entry[1] !== undefined));
}

/** The definition of a version that something refers to, so that it must exist. */
export async function definitionOfVersion(db: EntityManager, workspace: number, ref: VersionRef): Promise<Definition> {
  const definition = (await definitionsOf(db, workspace, [ref])).get(versionKey(ref));
  if (!definition) throw new Error(`Version ${ref.version} of the blueprint ${ref.blueprint} cannot be found.`);
  return definition;
}
