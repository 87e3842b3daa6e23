import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** The floors of the house: a folder imports itself and lower floors; neighbours on one floor are strangers. */
const floors: Readonly<Record<string, number>> = {
  platform: 1,
  access: 2,
  identity: 3,
  touchpoints: 4,
  issues: 5,
  connectors: 5,
  journeys: 6,
  feedback: 7,
  signals: 7,
  segments: 8,
  treatment: 9,
  analytics: 9,
  exports: 10,
  live: 10,
  console: 11,
  cli: 12,
};
const wiring = 12;

const root = path.resolve('src');

function filesOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const place = path.join(folder, name);
    return statSync(place).isDirectory() ? filesOf(place) : place.endsWith('.ts') ? [place] : [];
  });
}

const files = filesOf(root);
const source = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

/** A type costs nothing at run time, but ties two files together all the same: both kinds of import count. */
function importsOf(file: string): string[] {
  return [...(source.get(file) as string).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) =>
    path.resolve(path.dirname(file), (match[1] as string).replace(/\.js$/, '.ts')),
  );
}

const name = (file: string) => path.relative(root, file);
const domainOf = (file: string) => (name(file).includes(path.sep) ? (name(file).split(path.sep)[0] as string) : '');
const floorOf = (file: string) => (domainOf(file) === '' ? wiring : (floors[domainOf(file)] ?? Number.NaN));

describe('the house', () => {
  it('has a floor for every folder', () => {
    expect(files.filter((file) => Number.isNaN(floorOf(file))).map(name)).toEqual([]);
  });

  it('imports downward only, and never a neighbour', () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter(
          (other) => domainOf(other) !== domainOf(file) && floorOf(other) >= floorOf(file) && floorOf(file) < wiring,
        )
        .map((other) => `${name(file)} imports ${name(other)}`),
    );
    expect(upward).toEqual([]);
  });

  it('has no circle of imports', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, way: readonly string[]) => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].map(name).join(' → '));
      if (done.has(file) || way.includes(file)) return;
      for (const other of importsOf(file)) visit(other, [...way, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('reads the environment in one place', () => {
    const readers = files.filter((file) => (source.get(file) as string).includes('process.env')).map(name);
    expect(readers.sort()).toEqual(['platform/config.ts']);
  });

  it('has neither barrels nor drawers for odds and ends', () => {
    const bad = files.map(name).filter((file) => /(^|\/)(index|utils?|helpers?|common|misc)\.ts$/.test(file));
    expect(bad).toEqual([]);
  });

  it('keeps SQL out of resolvers and controllers', () => {
    const edges = files.filter((file) => /\.(resolver|controller)\.ts$/.test(file));
    const withSql = edges.filter((file) =>
      /\b(select|insert into|update|delete from)\s[\s\S]{0,200}\bwhere\b/.test(source.get(file) as string),
    );
    expect(withSql.map(name)).toEqual([]);
  });
});
